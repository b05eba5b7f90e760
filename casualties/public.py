"""All that is public, with what it needs; ``as`` tells type checkers that a name is."""

from .answers.bridge import edits as edits
from .answers.bridge import reconcile as reconcile
from .answers.choosing import Prefer as Prefer
from .archives import from_snapshots as from_snapshots
from .archives import from_vintages as from_vintages
from .datasets import describe_dataset as describe_dataset
from .datasets import list_datasets as list_datasets
from .datasets import load_dataset as load_dataset
from .ledger import Ledger as Ledger
from .model.counts import parse_count as parse_count
from .model.errors import LedgerError as LedgerError
from .model.schema import report_schema as report_schema
from .readers import read_csv as read_csv
from .readers import read_excel as read_excel
from .readers import read_json as read_json
from .readers import read_parquet as read_parquet
from .repositories import from_git as from_git
from .together import concat as concat
