"""GRANT and REVOKE: the fewest that lead from the privileges that are to those that are wanted.

Each privilege is a right of its own, given by one role to another. Whoever may pass it on may have done so: what hangs
on a right is revoked before it, by the role that gave it, and a right is given after the one that it hangs on.
https://www.postgresql.org/docs/current/sql-grant.html
https://www.postgresql.org/docs/current/sql-revoke.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from difftool.grants import LETTERS, OWNER, PUBLIC, Grants, default, parse
from difftool.kinds import KINDS, Kind, Refused, Statements
from difftool.kinds.sql import quoted
from difftool.objects import Key, Object, Objects, Sides

ORDER = (*"SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER MAINTAIN".split(), *LETTERS.values())
"""As the manual lists them."""
OF_COLUMNS = frozenset({"SELECT", "INSERT", "UPDATE", "REFERENCES"})
HAVE_DEFAULTS = {"r": "r", "s": "S", "f": "f", "T": "T", "n": "n"}
"""What acldefault's letter is in pg_default_acl, for the kinds of objects that have default privileges."""


class Right(NamedTuple):
    """One privilege, on the object itself (``column`` is empty) or on one of its columns."""

    grantor: str
    column: str
    grantee: str
    privilege: str


Rights = dict[Right, bool]
"""Each with whether it may be passed on."""


@dataclass(frozen=True, slots=True)
class Where:
    """What the statements name."""

    on: str
    """``TABLE app.users``."""
    letter: str
    """Its type, as acldefault takes it."""
    owner: str
    role: str
    """Who runs the statements."""
    major: int
    head: str = ""
    """What stands before GRANT."""

    def name(self, role: str) -> str:
        """A role as SQL writes it."""
        return "PUBLIC" if role == PUBLIC else quoted(self.owner if role == OWNER else role)

    def every(self, column: str) -> frozenset[str]:
        """All privileges that the object, or a column of it, can have."""
        return OF_COLUMNS if column else frozenset(default(self.letter, self.major).get(f"{OWNER}\n{OWNER}", ()))


def create(o: Object, sides: Sides) -> Statements:
    """From what a new object has, or a column without grants, to what is wanted; raises Refused as ``alter`` does."""
    now = sides.now.by_key.get(o.key)
    if now and not sides.made_with(o.parent):
        return alter(now, o, sides)
    if _left_to_table(o, sides):
        return ()
    return _between(fresh(o, sides) if sides.made_with(o.parent) else {}, o, sides)


def drop(o: Object, sides: Sides) -> Statements:
    """Only a column is left without any: what is granted on others goes with them."""
    if o["_type"] != "c" or o.key in sides.coming or _left_to_table(o, sides):
        return ()
    around = rights(_grants(sides.now, _relation(o.names, sides.now)))
    return written({**around, **rights(o["grants"], o.names[-1])}, around, _where(o, sides.now, sides))


def back(o: Object, sides: Sides) -> Statements:
    """From what there is to what the object had when it was made."""
    return written(rights(o["grants"]), _initial(o, sides.now), _where(o, sides.now, sides))


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """What differs; with a table's grants, its columns'. Raises Refused for a right that nobody can give."""
    if _left_to_table(want, sides):
        return ()
    if now["_type"] == "c":
        return _between(rights(now["grants"], want.names[-1]), want, sides)
    columns = [c.names[-1] for c in sides.want.parts_of(want.names, "column") if _stays(c.key, sides)]
    before, after = (
        rights(_grants(side, want.names)) | _of_columns(side, want.names, columns) for side in (sides.now, sides.want)
    )
    return written(given_to(before, _owner(sides.want, want.names)), after, _where(want, sides.want, sides))


def _between(before: Rights, want: Object, sides: Sides) -> Statements:
    """From some rights, held of the owner that is or of the one that will be, to the wanted ones."""
    relation = _relation(want.names, sides.want)
    of_column = want["_type"] == "c"
    around = rights(_grants(sides.want, relation)) if of_column else {}
    after = rights(want["grants"], want.names[-1] if of_column else "")
    before = given_to(before, _owner(sides.want, relation))
    return written({**around, **before}, {**around, **after}, _where(want, sides.want, sides))


def _left_to_table(o: Object, sides: Sides) -> bool:
    """REVOKE on a table takes the same from its columns: where its grants change, theirs are part of that."""
    of_column = o["_type"] == "c" and _stays(o.names, sides)
    return of_column and ("grant", *_relation(o.names, sides.want)) in sides.touched


def _stays(key: Key, sides: Sides) -> bool:
    return key in sides.now and key in sides.want and key not in sides.coming


def _relation(key: Key, side: Objects) -> Key:
    """The table or view of a column; everything else stands for itself."""
    return side.by_key[key].parent or key if key[0] == "column" else key


def _of_columns(side: Objects, relation: Key, columns: Iterable[str]) -> Rights:
    found: Rights = {}
    for name in columns:
        found |= rights(_grants(side, ("column", *relation[1:], name)), name)
    return found


def _grants(side: Objects, key: Key) -> Grants:
    found = side.by_key.get(("grant", *key))
    return found["grants"] if found else {}


def _owner(side: Objects, key: Key) -> str:
    found = side.by_key.get(("owner", *key))
    return str(found["role"] if found else side.by_key[key]["_owner"] or "")


def _where(o: Object, side: Objects, sides: Sides) -> Where:
    relation = side.by_key[_relation(o.names, side)]
    on = KINDS()[relation.kind].granted_on(relation)
    return Where(on, o["_type"], _owner(side, relation.key), sides.role, sides.major)


def fresh(o: Object, sides: Sides) -> Rights:
    """What an object has that the plan makes: what its type has by default, and its maker's default privileges.

    A global entry of pg_default_acl stands for acldefault's, a schema's is added.
    """
    if o.names[0] == "member":
        return _initial(o, sides.want)
    letter, schema = HAVE_DEFAULTS.get(o["_type"], ""), o.names[1]
    maker = _maker(o.names, sides)
    everywhere = sides.now.get("default_privileges", maker, "", letter)
    here = None if letter == "n" else sides.now.get("default_privileges", maker, schema, letter)
    found = rights(of_role(everywhere) if everywhere else default(o["_type"], sides.major))
    if here and ("schema", schema) not in sides.going:
        for right, option in rights(of_role(here)).items():
            found[right] = found.get(right, False) or option
    return found


def _initial(o: Object, side: Objects) -> Rights:
    """What an extension's script granted on its own."""
    return rights(parse(side.by_key[o.names]["_initial"], _owner(side, o.names)))


def _maker(key: Key, sides: Sides) -> str:
    """Who creates it; the sequence of an identity column that comes to a table is made by the table's owner."""
    if key[0] == "identity":
        table = ("table", *key[1:3])
        with_table = KINDS()["identity"].within(sides.want.by_key[key], sides.want, sides.coming)
        return sides.role if with_table and sides.made_with(table) else _owner(sides.want, table)
    return sides.role


def of_role(o: Object) -> Grants:
    """Default privileges as grants: the role that creates an object owns it."""
    return {f"{OWNER if who == o.names[0] else who}\n{OWNER}": some for who, some in o["grants"].items()}


def rights(grants: Grants, column: str = "") -> Rights:
    """Grants taken apart."""
    return {
        Right(grantor, column, grantee, privilege): option
        for who, privileges in grants.items()
        for grantee, _, grantor in [who.rpartition("\n")]
        for privilege, option in privileges.items()
    }


def given_to(found: Rights, owner: str) -> Rights:
    """What ALTER … OWNER TO makes of them: what the new owner had under its own name is the owner's."""
    after: Rights = {}
    for right, option in found.items():
        grantor, grantee = (OWNER if who and who == owner else who for who in (right.grantor, right.grantee))
        merged = right._replace(grantor=grantor, grantee=grantee)
        after[merged] = after.get(merged, False) or option
    return after


def written(now: Rights, want: Rights, where: Where) -> Statements:
    """The statements between two states; raises Refused for a right that nobody can give."""
    state, lent = dict(now), _lent(now, want)
    found = list(_gives(lent, where))
    state.update(lent)
    while state != want:
        if gone := _revocable(state, want, want):
            found.extend(_revokes(gone, want, where))
            _revoke(gone, state, want)
        elif news := _givable(state, want):
            found.extend(_gives(news, where))
            state.update(news)
        elif gone := _revocable(state, want, state)[:1]:
            found.extend(_revokes(gone, want, where))
            _revoke(gone, state, want)
        else:
            raise Refused(_unreachable(state, want, where))
    return tuple(_as_grantors(found, where))


def _revocable(state: Rights, want: Rights, lasting: Rights) -> list[Right]:
    """What goes, or loses its grant option, and has nothing hanging on it that ``lasting`` does not hold."""
    going = _going(state, want)
    busy = {(r.grantor, r.privilege) for r in going if r.column and r.grantor != OWNER}
    own = [r for r in sorted(going) if not (r.column and _goes_with_table(r, going, want))]
    # on columns PostgreSQL lets rights stay that hang on a table's: their grantor has to be done with them before
    free = [r for r in own if r.column or not state[r] or (r.grantee, r.privilege) not in busy]
    return [r for r in free if all(_lets_go(x, state, lasting) for x in _with_columns(r, state))]


def _going(state: Rights, want: Rights) -> set[Right]:
    return {r for r, option in state.items() if r not in want or option > want[r]}


def _goes_with_table(right: Right, going: set[Right], want: Rights) -> bool:
    table = right._replace(column="")
    return table in going and (table not in want or right in want)


def _with_columns(right: Right, state: Rights) -> list[Right]:
    """A right and, of a table's, the same on columns: REVOKE takes them too."""
    columns = () if right.column else sorted({r.column for r in state if r.column})
    return [right, *(x for c in columns if (x := right._replace(column=c)) in state)]


def _lets_go(right: Right, state: Rights, lasting: Rights) -> bool:
    """Whether REVOKE … RESTRICT accepts that a right, or its grant option, goes."""
    if not state[right] or right.grantee == OWNER:
        return True
    kept = {r: option and state.get(r, False) for r, option in lasting.items() if r != right}
    if right.grantee in _holders(right.privilege, right.column, kept, PUBLIC):
        return True
    hanging = (right.grantee, right.column, right.privilege)
    return all((r.grantor, r.column, r.privilege) != hanging for r in state)


def _revoke(gone: Iterable[Right], state: Rights, want: Rights) -> None:
    for right in gone:
        for each in _with_columns(right, state):
            if right in want:
                state[each] = False
            else:
                del state[each]


def _lent(state: Rights, want: Rights) -> Rights:
    """Grant options for those who lost theirs, for as long as it takes to revoke what they had given.

    That is possible on columns, which REVOKE GRANT OPTION on a table does not look at.
    """
    able = {(r.grantee, r.privilege, r.column) for r, option in state.items() if option}
    return {
        r._replace(grantor=OWNER, grantee=r.grantor): True
        for r in _going(state, want)
        if r.grantor != OWNER and able.isdisjoint((r.grantor, r.privilege, place) for place in (r.column, ""))
    }


def _givable(state: Rights, want: Rights) -> Rights:
    """What is missing, or its grant option, and has a grantor who may give it.

    Not what the same right on the table takes along when it goes.
    """
    missing = {r: option for r, option in want.items() if r not in state or option > state[r]}
    going = _going(state, want)
    return {
        r: option
        for r, option in missing.items()
        if _may_give(r, option, state) and not (r.column and r._replace(column="") in going)
    }


def _may_give(right: Right, option: bool, state: Rights) -> bool:
    """Whether the grantor has the grant option; to pass that on, not by way of who is to get it.

    On a column, a grant option for the whole table will do, but not for passing on the option itself.
    """
    if right.grantor == OWNER:
        return True
    places = {right.column} if option else {right.column, ""}
    without = right.grantee if option else PUBLIC
    return any(right.grantor in _holders(right.privilege, p, state, without) for p in places)


def _holders(privilege: str, column: str, state: Rights, without: str) -> set[str]:
    """Who has the grant option from the owner, directly or through others than ``without``."""
    given = [r for r, option in state.items() if option and (r.privilege, r.column) == (privilege, column)]
    found, more = set[str](), {OWNER}
    while more:
        found |= more
        more = {r.grantee for r in given if r.grantor in found and r.grantee != without} - found
    return found


def _revokes(found: Iterable[Right], want: Rights, where: Where) -> Iterator[tuple[str, str]]:
    for (grantor, column, grantee, option), words in _grouped({r: r in want for r in found}):
        what = ("GRANT OPTION FOR " if option else "") + _privileges(words, column, where)
        yield grantor, f"{where.head}REVOKE {what} ON {where.on} FROM {where.name(grantee)}"


def _gives(found: Rights, where: Where) -> Iterator[tuple[str, str]]:
    for (grantor, column, grantee, option), words in _grouped(found):
        tail = " WITH GRANT OPTION" if option else ""
        what = _privileges(words, column, where)
        yield grantor, f"{where.head}GRANT {what} ON {where.on} TO {where.name(grantee)}{tail}"


def _grouped(found: Rights) -> Iterator[tuple[tuple[str, str, str, bool], list[str]]]:
    """Who gives whom on what, and all privileges of it: one statement each."""
    several = sorted((*r[:3], option, ORDER.index(r.privilege), r.privilege) for r, option in found.items())
    for (*who, option), group in groupby(several, key=lambda s: s[:4]):
        yield (*who, option), [words[-1] for words in group]


def _privileges(words: list[str], column: str, where: Where) -> str:
    some = ["ALL"] if where.every(column) == set(words) else words
    return ", ".join(f"{w} ({quoted(column)})" if column else w for w in some)


def _as_grantors(found: Iterable[tuple[str, str]], where: Where) -> Iterator[str]:
    """GRANTED BY takes only who runs the statement: what another role gave or takes back, that role says itself."""
    for grantor, several in groupby(found, key=itemgetter(0)):
        if grantor != OWNER:
            yield f"SET ROLE {quoted(grantor)}"
        yield from (sql for _, sql in several)
        if grantor != OWNER:
            yield f"SET ROLE {quoted(where.role)}"


def _unreachable(state: Rights, want: Rights, where: Where) -> str:
    right, _ = min(state.items() ^ want.items())
    grantor, grantee = where.name(right.grantor), where.name(right.grantee)
    return (
        f"no GRANT or REVOKE leads to what {grantor} gave {grantee}: {right.privilege} on {where.on}; in the desired "
        f"schema, let the owner grant it, or first give {grantor} the grant option"
    )


KIND = Kind(rank=2, create=create, drop=drop, alter=alter)
