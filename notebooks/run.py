"""Run every notebook from top to bottom and keep its outputs, without marks of this machine."""

import os
from pathlib import Path

import nbclient
import nbformat

HERE = Path(__file__).parent


def main() -> None:
    """Execute the notebooks in place."""
    os.environ.pop("MPLBACKEND", None)  # another one than the kernel's own keeps no pictures
    for path in sorted(HERE.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        nbclient.NotebookClient(
            notebook, timeout=120, resources={"metadata": {"path": HERE.parent}}
        ).execute()
        for cell in notebook.cells:
            cell.metadata.clear()
        notebook.metadata.pop("language_info", None)
        nbformat.write(notebook, path)
        print(path.name)


if __name__ == "__main__":
    main()
