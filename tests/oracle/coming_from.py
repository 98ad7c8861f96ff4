"""What the real WebOb and Werkzeug do, for each row of the tables in the two guide pages for their users.

    tests/oracle/run                                    # this and the other oracles, in a separate environment

    pip install WebOb==1.8.11 Werkzeug==3.1.9           # Python 3.11
    python tests/oracle/coming_from.py check            # compares the record with what they do
    python tests/oracle/coming_from.py record > tests/oracle/coming_from.txt

Each row has a check of the same name in coming_from_webob.py or coming_from_werkzeug.py, which uses the names in the row. Its
result is recorded as JSON. The test tests/it/coming_from.rs has the twin of each row, and needs no Python.
"""

import ast
import json
import pathlib
import re
import sys
import warnings

warnings.simplefilter("ignore")

HERE = pathlib.Path(__file__).parent
PAGES = HERE.parent.parent / "docs" / "src"
LIBRARIES = "webob", "werkzeug"
# The names of requests and responses in the tables.
SUBJECTS = "req", "resp", "request"


def page_rows(library):
    """The first cell of each row of all tables of a page, or the second if the first is empty."""
    names = []
    for line in (PAGES / f"coming-from-{library}.md").read_text().splitlines():
        if line.startswith("|---"):
            names.pop()
        elif line.startswith("| "):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            names.append(cells[0] or cells[1])
    return names


def checks(library):
    """The text before the first check, and the checks by their names."""
    first, *rest = re.split(r"^## (.*)\n", (HERE / f"coming_from_{library}.py").read_text(), flags=re.MULTILINE)
    return first, list(zip(rest[::2], rest[1::2]))


def unnamed(name, source):
    """The words of a row that its check does not use."""
    words = {word for code in re.findall(r"`([^`]*)`", name) for word in re.findall(r"[A-Za-z_]\w+", code)}
    return sorted(word for word in words.difference(SUBJECTS) if not re.search(rf"\b{word}\b", source))


def fails(called):
    try:
        return f"no error, but {called()!r}"
    except Exception as error:
        return type(error).__name__


def told(value):
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return list(value)


def run(first, source):
    names = {"fails": fails, "__name__": "check"}
    exec(first, names)
    *before, last = ast.parse(source).body
    exec(compile(ast.Module(before, []), "check", "exec"), names)
    value = eval(compile(ast.Expression(last.value), "check", "eval"), names)
    return json.dumps(value, ensure_ascii=False, default=told)


def recorded():
    """The lines of the table, and what is wrong with the checks."""
    lines, faults = [], []
    for library in LIBRARIES:
        first, all_checks = checks(library)
        names, wanted = [name for name, _ in all_checks], page_rows(library)
        faults += [f"{library}: {name}: is checked twice" for name in {n for n in names if names.count(n) > 1}]
        faults += [f"{library}: {name}: stands in two rows" for name in {n for n in wanted if wanted.count(n) > 1}]
        faults += [f"{library}: {name}: has no check" for name in wanted if name not in names]
        faults += [f"{library}: {name}: has no row" for name in names if name not in wanted]
        if not faults and names != wanted:
            faults.append(f"{library}: the checks are in another order than the rows")
        for name, source in all_checks:
            faults += [f"{library}: {name}: the check does not use {word}" for word in unnamed(name, source)]
            try:
                lines.append(f"{library}\t{name}\t{run(first, source)}")
            except Exception as error:
                faults.append(f"{library}: {name}: {error!r}")
    return lines, faults


def main():
    lines, faults = recorded()
    if sys.argv[1:] == ["record"]:
        print("\n".join(lines))
    else:
        before = (HERE / "coming_from.txt").read_text().splitlines()
        faults += [f"is not what is recorded: {line}" for line in lines if line not in before]
        faults += [f"is recorded, and not so: {line}" for line in before if line not in lines]
        print(f"coming from WebOb and Werkzeug: {len(lines)} rows")
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
