"""Owners, grants, comments and default privileges: the fewest statements from one state to another, in an order that holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from difftool.grants import OWNER, PUBLIC, Grants, default, granted, parse
from difftool.kinds import KINDS, Refused
from difftool.kinds.grant import fresh, given_to, rights
from difftool.objects import Key, Object, Objects, Sides

T = ("table", "app", "t")
A, B = ("column", "app", "t", "a"), ("column", "app", "t", "b")
OWN = "own=arwdDxtm/own"
ITS_OWNERS = dict.fromkeys("SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER MAINTAIN".split(), False)


def who(grantee: str, grantor: str = OWNER) -> str:
    return f"{grantee}\n{grantor}"


# reading


@pytest.mark.parametrize(
    ("letter", "owners", "everybodys"),
    [
        ("s", {"SELECT", "UPDATE", "USAGE"}, set()),
        ("n", {"USAGE", "CREATE"}, set()),
        ("f", {"EXECUTE"}, {"EXECUTE"}),
        ("l", {"USAGE"}, {"USAGE"}),
        ("T", {"USAGE"}, {"USAGE"}),
        ("F", {"USAGE"}, set()),
        ("S", {"USAGE"}, set()),
        ("L", {"SELECT", "UPDATE"}, set()),
        ("c", set(), set()),
    ],
)
def test_what_a_fresh_object_has(letter: str, owners: set[str], everybodys: set[str]) -> None:
    found = default(letter, 18)
    assert set(found.get(who(OWNER), {})) == owners
    assert set(found.get(who(PUBLIC), {})) == everybodys
    assert not any(option for some in found.values() for option in some.values())


def test_maintain_came_with_17() -> None:
    assert default("r", 17) == {who(OWNER): ITS_OWNERS}
    assert set(ITS_OWNERS) - set(default("r", 16)[who(OWNER)]) == {"MAINTAIN"}


def test_no_acl_is_what_a_fresh_object_has_and_an_empty_one_is_nothing() -> None:
    assert granted(None, "f", "own", 18) == {"grants": default("f", 18), "_type": "f"}
    assert granted([OWN], "r", "own", 18) == granted(None, "r", "own", 18)
    assert granted([], "f", "own", 18)["grants"] == {}


def test_the_owner_has_no_name_on_either_side_of_a_grant() -> None:
    assert parse(["own=r/own", "a=r*/own", "own=w/a", "b=r/a"], "own") == {
        who(OWNER): {"SELECT": False},
        who("a"): {"SELECT": True},
        who(OWNER, "a"): {"UPDATE": False},
        who("b", "a"): {"SELECT": False},
    }
    assert parse(["own=r/own"], "own") == parse(["other=r/other"], "other")


def test_stars_belong_to_the_privilege_before_them() -> None:
    assert parse(["a=r*wd*m/own"], "own")[who("a")] == {
        "SELECT": True,
        "UPDATE": False,
        "DELETE": True,
        "MAINTAIN": False,
    }


def test_everybody_has_no_name_in_an_aclitem() -> None:
    assert parse(["=UC/own"], "own") == {who(PUBLIC): {"USAGE": False, "CREATE": False}}


@pytest.mark.parametrize("name", ["Weird=Name", "a/b", 'with "quotes"', "a,b", "zoë", "new\nline", '"'])
def test_names_in_an_aclitem_are_unquoted(name: str) -> None:
    item = '"' + name.replace('"', '""') + '"'
    assert parse([f"{item}=r/own"], "own") == {who(name): {"SELECT": False}}
    assert parse([f"a=r/{item}"], "own") == {who("a", name): {"SELECT": False}}
    assert parse([f"{item}=r/{item}"], name) == {who(OWNER): {"SELECT": False}}


def test_two_grantors_of_one_role_are_kept_apart() -> None:
    assert len(parse(["a=r/own", "a=r/b", "b=r*/own"], "own")) == 3


def test_a_grantee_with_a_newline_is_told_from_its_grantor() -> None:
    assert [(r.grantee, r.grantor) for r in rights({who("new\nline", "a"): {"SELECT": False}})] == [("new\nline", "a")]


def test_what_is_no_aclitem_is_an_error() -> None:
    with pytest.raises(ValueError, match="an aclitem that is none: nonsense"):
        parse(["nonsense"], "own")


# writing


def side(*objects: Object) -> Objects:
    return Objects({o.key: o for o in objects})


def grants_on(key: Key, letter: str, acl: Iterable[str] | None, owner: str, major: int = 18) -> Object:
    return Object(("grant", *key), granted(None if acl is None else list(acl), letter, owner, major), key)


def table(
    acl: Iterable[str] | None = None, *, owner: str = "own", major: int = 18, **columns: Iterable[str] | None
) -> Objects:
    """app.t with its grants, and columns with theirs; None: the column has none."""
    found = [
        Object(T, {"kind": "r"}),
        Object(("owner", *T), {"role": owner}, T),
        grants_on(T, "r", acl, owner, major),
    ]
    for name, its in columns.items():
        key = ("column", *T[1:], name)
        found.append(Object(key, {"type": "integer", "_owner": owner}, T))
        found += [grants_on(key, "c", its, owner)] if its is not None else []
    return side(*found)


def statements(now: Objects, want: Objects, *, major: int = 18, role: str = "deploy", **moving: Any) -> list[str]:
    """What the kinds of the parts write, owners first, when what differs is altered."""
    parts = sorted(k for k in {*now.by_key, *want.by_key} if k[0] in ("owner", "grant"))
    changed = [k for k in parts if k in now and k in want and now.by_key[k].compared != want.by_key[k].compared]
    sides = Sides(now, want, major, role, **{"touched": frozenset(changed), **moving})
    found: list[str] = []
    for key in sorted(parts, key=lambda k: (k[0] != "owner", k[1] == "column", k)):
        kind = KINDS()[key[0]]
        if key in sides.coming or key not in now:
            found += kind.create(want.by_key[key], sides)
        elif key not in want:
            found += kind.drop(now.by_key[key], sides)
        elif key in changed:
            found += kind.alter(now.by_key[key], want.by_key[key], sides) or ()
    return found


def test_equal_grants_take_no_statement() -> None:
    some = table([OWN, "a=r/own", "b=w/own"], a=["a=r/own"])
    assert statements(some, table(["b=w/own", "a=r/own", OWN], a=["a=r/own"])) == []
    assert KINDS()["grant"].alter(some.by_key["grant", *T], some.by_key["grant", *T], Sides(some, some, 18, "x")) == ()


def test_one_statement_for_what_one_role_gets_or_loses() -> None:
    now, want = table([OWN, "a=rad/own"]), table([OWN, "a=w/own", "=r/own", '"select"=rx*/own'])
    assert statements(now, want) == [
        "REVOKE SELECT, INSERT, DELETE ON TABLE app.t FROM a",
        "GRANT SELECT ON TABLE app.t TO PUBLIC",
        "GRANT UPDATE ON TABLE app.t TO a",
        'GRANT SELECT ON TABLE app.t TO "select"',
        'GRANT REFERENCES ON TABLE app.t TO "select" WITH GRANT OPTION',
    ]


def test_all_means_all_that_this_version_has() -> None:
    without, everything = ["own=arwdDxt/own"], ["own=arwdDxt/own", "a=arwdDxt/own"]
    assert statements(table(without, major=16), table(everything, major=16), major=16) == [
        "GRANT ALL ON TABLE app.t TO a"
    ]
    assert statements(table([OWN]), table([OWN, "a=arwdDxt/own"])) == [
        "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE app.t TO a"
    ]
    assert statements(table([OWN, "a=arwdDxtm/own"]), table([OWN])) == ["REVOKE ALL ON TABLE app.t FROM a"]


def test_the_owners_own_privileges_are_like_anybodys() -> None:
    assert statements(table(), table(["own=r/own"])) == [
        "REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN ON TABLE app.t FROM own"
    ]


def test_the_grant_option_comes_and_goes_without_the_privilege() -> None:
    plain, passed_on = table([OWN, "a=r/own"]), table([OWN, "a=r*/own"])
    assert statements(plain, passed_on) == ["GRANT SELECT ON TABLE app.t TO a WITH GRANT OPTION"]
    assert statements(passed_on, plain) == ["REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM a"]


def test_what_was_passed_on_is_revoked_first_and_by_who_gave_it() -> None:
    chain = table([OWN, "a=r*/own", "b=r*/a", "=r/b"])
    found = statements(chain, table([OWN]))
    assert found == [
        "SET ROLE b",
        "REVOKE SELECT ON TABLE app.t FROM PUBLIC",
        "SET ROLE deploy",
        "SET ROLE a",
        "REVOKE SELECT ON TABLE app.t FROM b",
        "SET ROLE deploy",
        "REVOKE SELECT ON TABLE app.t FROM a",
    ]
    assert "CASCADE" not in " ".join(found)


def test_what_is_passed_on_is_granted_from_the_owner_down() -> None:
    assert statements(table([OWN]), table([OWN, '"The A"=r*/own', 'b=r/"The A"', 'c=r/"The A"']), role="me too") == [
        'GRANT SELECT ON TABLE app.t TO "The A" WITH GRANT OPTION',
        'SET ROLE "The A"',
        "GRANT SELECT ON TABLE app.t TO b",
        "GRANT SELECT ON TABLE app.t TO c",
        'SET ROLE "me too"',
    ]


def test_a_grant_that_stays_keeps_a_support_all_the_while() -> None:
    now, want = table([OWN, "a=r*/own", "x=r*/own", "b=r/a"]), table([OWN, "a=r*/x", "x=r*/own", "b=r/a"])
    assert statements(now, want) == [
        "SET ROLE x",
        "GRANT SELECT ON TABLE app.t TO a WITH GRANT OPTION",
        "SET ROLE deploy",
        "REVOKE SELECT ON TABLE app.t FROM a",
    ]


def test_two_roles_that_granted_to_each_other_are_taken_apart() -> None:
    circle = table([OWN, "a=r*/own", "b=r*/own", "b=r*/a", "a=r*/b"])
    assert statements(circle, table([OWN])) == [
        "REVOKE SELECT ON TABLE app.t FROM a",
        "SET ROLE a",
        "REVOKE SELECT ON TABLE app.t FROM b",
        "SET ROLE deploy",
        "SET ROLE b",
        "REVOKE SELECT ON TABLE app.t FROM a",
        "SET ROLE deploy",
        "REVOKE SELECT ON TABLE app.t FROM b",
    ]


def test_what_nobody_can_grant_is_refused() -> None:
    with pytest.raises(Refused, match=r"what a gave b: SELECT on TABLE app\.t; .* first give a the grant option"):
        statements(table([OWN]), table([OWN, "a=r/own", "b=r/a"]))


def test_a_new_owner_takes_over_the_old_ones_grants_and_keeps_its_own() -> None:
    now, want = table([OWN, "new=r*/own", "a=r/new"]), table(["new=arwdDxtm/new", "a=r/new"], owner="new")
    assert statements(now, want) == [
        "ALTER TABLE app.t OWNER TO new",
        "REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM new",
    ]
    assert given_to(rights(parse(["new=r*/own", "own=r/own"], "own")), "new") == rights({who(OWNER): {"SELECT": True}})


def test_an_old_owner_gets_what_it_shall_keep_once_it_is_no_owner() -> None:
    now, want = table([OWN, "a=r/own"]), table(["new=arwdDxtm/new", "a=r/new", "own=r/new"], owner="new")
    assert statements(now, want) == ["ALTER TABLE app.t OWNER TO new", "GRANT SELECT ON TABLE app.t TO own"]


def test_columns() -> None:
    now, want = table(a=["a=rw/own"], b=None), table(a=["a=r*/own", "=x/own"], b=["b=arwx/own"])
    assert statements(now, want) == [
        "REVOKE UPDATE (a) ON TABLE app.t FROM a",
        "GRANT REFERENCES (a) ON TABLE app.t TO PUBLIC",
        "GRANT SELECT (a) ON TABLE app.t TO a WITH GRANT OPTION",
        "GRANT ALL (b) ON TABLE app.t TO b",
    ]
    assert statements(table(a=["a=rw/own"]), table(a=None)) == ["REVOKE SELECT (a), UPDATE (a) ON TABLE app.t FROM a"]


def test_revoke_on_a_table_takes_the_columns_along_and_they_get_theirs_back() -> None:
    now = table([OWN, "a=rd/own"], a=["a=r/own"], b=["a=r/own", "b=r/own"])
    want = table([OWN], a=["a=r/own"], b=["b=r/own"])
    assert statements(now, want) == [
        "REVOKE SELECT, DELETE ON TABLE app.t FROM a",
        "GRANT SELECT (a) ON TABLE app.t TO a",
    ]


def test_losing_the_grant_option_on_a_table_is_losing_it_on_the_columns() -> None:
    now, want = table([OWN, "a=r*/own"], a=["a=r*/own"]), table([OWN, "a=r/own"], a=["a=r*/own"])
    assert statements(now, want) == [
        "REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM a",
        "GRANT SELECT (a) ON TABLE app.t TO a WITH GRANT OPTION",
    ]


def test_a_column_gets_its_grant_option_after_the_table_has_lost_its_own() -> None:
    assert statements(table([OWN, "a=r*/own"], a=None), table([OWN], a=["a=r*/own", "b=r/a"])) == [
        "REVOKE SELECT ON TABLE app.t FROM a",
        "GRANT SELECT (a) ON TABLE app.t TO a WITH GRANT OPTION",
        "SET ROLE a",
        "GRANT SELECT (a) ON TABLE app.t TO b",
        "SET ROLE deploy",
    ]


def test_what_was_given_on_a_column_goes_before_the_tables_grant_option_that_it_was_given_by() -> None:
    assert statements(table([OWN, "a=r*/own"], a=["b=r/a"]), table([OWN], a=None)) == [
        "SET ROLE a",
        "REVOKE SELECT (a) ON TABLE app.t FROM b",
        "SET ROLE deploy",
        "REVOKE SELECT ON TABLE app.t FROM a",
    ]


def test_who_has_lost_the_grant_option_gets_it_lent_to_take_back_what_it_gave() -> None:
    assert statements(table(a=["b=r/a"]), table(a=None)) == [
        "GRANT SELECT (a) ON TABLE app.t TO a WITH GRANT OPTION",
        "SET ROLE a",
        "REVOKE SELECT (a) ON TABLE app.t FROM b",
        "SET ROLE deploy",
        "REVOKE SELECT (a) ON TABLE app.t FROM a",
    ]


def test_a_column_that_comes_has_its_grants_from_its_own_statement() -> None:
    want = table([OWN], a=["a=r/own"])
    assert statements(table([OWN, "a=r/own"]), want, coming=frozenset({A, ("grant", *A)})) == [
        "REVOKE SELECT ON TABLE app.t FROM a",
        "GRANT SELECT (a) ON TABLE app.t TO a",
    ]


@pytest.mark.parametrize(
    ("key", "letter", "acl", "statement"),
    [
        (("view", "app", "v"), "r", ["own=arwdDxtm/own", "a=r/own"], "GRANT SELECT ON TABLE app.v TO a"),
        (("sequence", "app", "q"), "s", ["own=rwU/own", "a=rwU/own"], "GRANT ALL ON SEQUENCE app.q TO a"),
        (("schema", "app"), "n", ["own=UC/own", "=U/own"], "GRANT USAGE ON SCHEMA app TO PUBLIC"),
        (("function", "app", "f(integer)"), "f", ["own=X/own"], "REVOKE ALL ON FUNCTION app.f(integer) FROM PUBLIC"),
        (("enum", "app", "e"), "T", ["own=U/own"], "REVOKE ALL ON TYPE app.e FROM PUBLIC"),
        (("domain", "app", "d"), "T", ["own=U/own", "=U/own", "a=U/own"], "GRANT ALL ON DOMAIN app.d TO a"),
        (("language", "l"), "l", ["own=U/own"], "REVOKE ALL ON LANGUAGE l FROM PUBLIC"),
        (("foreign_data_wrapper", "w"), "F", ["own=U/own", "a=U/own"], "GRANT ALL ON FOREIGN DATA WRAPPER w TO a"),
        (("server", "sv"), "S", ["own=U/own", "a=U*/own"], "GRANT ALL ON FOREIGN SERVER sv TO a WITH GRANT OPTION"),
    ],
)
def test_each_kind_of_object_in_the_words_of_grant(key: Key, letter: str, acl: list[str], statement: str) -> None:
    def one(its: list[str] | None) -> Objects:
        return side(
            Object(key, {"_kind": "f"}),
            Object(("owner", *key), {"role": "own"}, key),
            grants_on(key, letter, its, "own"),
        )

    assert statements(one(None), one(acl)) == [statement]


# what the plan makes


def defaults(role: str, schema: str, letter: str, grants: dict[str, dict[str, bool]]) -> Object:
    return Object(("default_privileges", role, schema, letter), {"grants": grants})


def made(now: Objects, want: Objects, *more: Key) -> list[str]:
    coming = frozenset({*want.by_key, *more} - {k for k in want.by_key if k[0] == "default_privileges"})
    return statements(now, want, coming=coming)


def test_a_new_object_has_what_its_type_has() -> None:
    assert made(side(), table(None, owner="deploy")) == []
    assert made(side(), table(["deploy=arwdDxtm/deploy", "a=r/deploy"], owner="deploy")) == [
        "GRANT SELECT ON TABLE app.t TO a"
    ]


def test_a_new_object_has_its_makers_default_privileges() -> None:
    now = side(
        defaults("deploy", "", "r", {"deploy": {"SELECT": False}, "a": {"SELECT": False}}),
        defaults("deploy", "app", "r", {"a": {"SELECT": True, "INSERT": False}, "": {"SELECT": False}}),
        defaults("deploy", "other", "r", {"b": {"SELECT": False}}),
        defaults("own", "", "r", {"c": {"SELECT": False}}),
        defaults("deploy", "app", "S", {"d": {"SELECT": False}}),
    )
    want = table(owner="deploy")
    found = fresh(want.by_key["grant", *T], Sides(now, want, 18, "deploy", coming=frozenset({T})))
    assert found == rights(
        {
            who(OWNER): {"SELECT": False},
            who("a"): {"SELECT": True, "INSERT": False},
            who(PUBLIC): {"SELECT": False},
        }
    )
    assert made(now, want) == [
        "REVOKE SELECT ON TABLE app.t FROM PUBLIC",
        "REVOKE SELECT, INSERT ON TABLE app.t FROM a",
        "GRANT INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN ON TABLE app.t TO deploy",
    ]


def test_default_privileges_for_who_becomes_the_owner_are_the_owners() -> None:
    now = side(defaults("deploy", "", "r", {"deploy": dict(ITS_OWNERS), "own": {"SELECT": True}}))
    assert made(now, table([OWN])) == [
        "ALTER TABLE app.t OWNER TO own",
        "REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM own",
    ]


def test_a_schema_that_goes_takes_its_default_privileges_along() -> None:
    now = side(defaults("deploy", "app", "r", {"a": {"SELECT": False}}))
    want = table(owner="deploy")
    sides = Sides(now, want, 18, "deploy", coming=frozenset({T}))
    assert fresh(want.by_key["grant", *T], sides) != rights(default("r", 18))
    assert fresh(want.by_key["grant", *T], replace(sides, going=frozenset({("schema", "app")}))) == rights(
        default("r", 18)
    )


def test_sequences_have_the_default_privileges_of_sequences_and_servers_none() -> None:
    now = side(defaults("deploy", "", "S", {"deploy": {"USAGE": False}, "a": {"USAGE": False}}))
    for key, letter, found in (
        (("sequence", "app", "q"), "s", {who(OWNER): {"USAGE": False}, who("a"): {"USAGE": False}}),
        (("server", "sv"), "S", default("S", 18)),
        (("schema", "app"), "n", default("n", 18)),
    ):
        o = grants_on(key, letter, None, "deploy")
        assert fresh(o, Sides(now, side(Object(key, {}), o), 18, "deploy")) == rights(found)


def test_an_identity_columns_sequence_is_made_by_its_tables_owner() -> None:
    key = ("identity", "app", "t", "a")
    entry = defaults("own", "", "S", {"own": {"USAGE": False}})
    o = grants_on(key, "s", None, "own")
    want = side(*table(a=None).by_key.values(), Object(key, {"_owner": "own", "sequence": "t_a_seq"}, A), o)
    sides = Sides(side(*table(a=None).by_key.values(), entry), want, 18, "deploy", coming=frozenset({key}))
    assert fresh(o, sides) == rights({who(OWNER): {"USAGE": False}})
    with_its_table = replace(sides, coming=frozenset({key, A, T}))
    assert fresh(o, with_its_table) == rights(default("s", 18))


def test_what_an_extension_made_goes_back_to_what_the_extension_granted() -> None:
    key = ("member", "FUNCTION app.f(integer)")

    def extended(*acl: str) -> Objects:
        return side(
            Object(key, {"_initial": ["own=X/own", "a=X/own"], "_owner": "own"}), grants_on(key, "f", acl, "own")
        )

    more = extended("own=X/own", "a=X/own", "b=X*/own")
    less = extended("own=X/own")
    assert made(side(), more, key) == ["GRANT ALL ON FUNCTION app.f(integer) TO b WITH GRANT OPTION"]
    assert made(side(), less, key) == ["REVOKE ALL ON FUNCTION app.f(integer) FROM a"]
    assert statements(more, less) == [
        "REVOKE ALL ON FUNCTION app.f(integer) FROM a",
        "REVOKE ALL ON FUNCTION app.f(integer) FROM b",
    ]
    assert KINDS()["member"].drop(less.by_key[key], Sides(less, side(), 18, "deploy")) == (
        "GRANT ALL ON FUNCTION app.f(integer) TO a",
    )


# default privileges


def default_privileges(now: dict[str, Any] | None, want: dict[str, Any] | None, *names: str) -> list[str]:
    kind = KINDS()["default_privileges"]
    role, schema, letter = names
    a, b = (None if x is None else defaults(role, schema, letter, x) for x in (now, want))
    sides = Sides(side(*([a] if a else [])), side(*([b] if b else [])), 18, "deploy")
    if a and b:
        return list(kind.alter(a, b, sides) or ())
    return list(kind.create(b, sides) if b else kind.drop(a, sides) if a else ())


def test_a_schemas_default_privileges_begin_and_end_with_nothing() -> None:
    some = {"a": {"SELECT": False, "UPDATE": False, "USAGE": False}, "": {"SELECT": True}}
    head = 'ALTER DEFAULT PRIVILEGES FOR ROLE "The Owner" IN SCHEMA "select"'
    assert default_privileges(None, some, "The Owner", "select", "S") == [
        f"{head} GRANT SELECT ON SEQUENCES TO PUBLIC WITH GRANT OPTION",
        f"{head} GRANT ALL ON SEQUENCES TO a",
    ]
    assert default_privileges(some, None, "The Owner", "select", "S") == [
        f"{head} REVOKE SELECT ON SEQUENCES FROM PUBLIC",
        f"{head} REVOKE ALL ON SEQUENCES FROM a",
    ]


def test_global_default_privileges_begin_and_end_with_the_built_in_ones() -> None:
    head = "ALTER DEFAULT PRIVILEGES FOR ROLE own"
    assert default_privileges(None, {"own": {"EXECUTE": False}}, "own", "", "f") == [
        f"{head} REVOKE ALL ON FUNCTIONS FROM PUBLIC"
    ]
    assert default_privileges({"own": {"EXECUTE": False}}, None, "own", "", "f") == [
        f"{head} GRANT ALL ON FUNCTIONS TO PUBLIC"
    ]
    assert default_privileges({}, None, "own", "", "r") == [f"{head} GRANT ALL ON TABLES TO own"]


@pytest.mark.parametrize(
    ("letter", "privilege", "words"),
    [
        ("r", "SELECT", "SELECT ON TABLES"),
        ("S", "SELECT", "SELECT ON SEQUENCES"),
        ("f", "EXECUTE", "ALL ON FUNCTIONS"),
        ("T", "USAGE", "ALL ON TYPES"),
        ("n", "USAGE", "USAGE ON SCHEMAS"),
        ("L", "SELECT", "SELECT ON LARGE OBJECTS"),
    ],
)
def test_each_kind_of_default_privileges(letter: str, privilege: str, words: str) -> None:
    own = {"own": default("s" if letter == "S" else letter, 18)[who(OWNER)]}
    now, want = {**own, "a": {privilege: True}}, {**own, "a": {privilege: False}}
    assert default_privileges(now, want, "own", "", letter) == [
        f"ALTER DEFAULT PRIVILEGES FOR ROLE own REVOKE GRANT OPTION FOR {words} FROM a"
    ]


# owners, comments, labels


def test_what_the_plan_makes_belongs_to_who_runs_it() -> None:
    assert made(side(), table(owner="deploy")) == []
    assert made(side(), table(owner='an "odd" one')) == ['ALTER TABLE app.t OWNER TO "an ""odd"" one"']


def test_an_owned_sequence_changes_hands_with_its_table() -> None:
    q = ("sequence", "app", "q")

    def sequence(owner: str, *, owned: bool) -> Objects:
        link = Object(("sequence_owner", "app", "q"), {"column": list(A[1:])}, q)
        return side(Object(q, {}), Object(("owner", *q), {"role": owner}, q), *([link] if owned else []))

    alone = ["ALTER SEQUENCE app.q OWNER TO new"]
    assert statements(sequence("own", owned=True), sequence("new", owned=True)) == []
    assert statements(sequence("own", owned=True), sequence("new", owned=False)) == alone
    assert statements(sequence("own", owned=False), sequence("new", owned=True)) == alone
    let_go = frozenset({("sequence_owner", "app", "q")})
    assert statements(sequence("own", owned=True), sequence("new", owned=True), going=let_go) == alone


def test_comments() -> None:
    kind = KINDS()["comment"]
    o = Object(("comment", *T), {"text": "it's a \\ path"}, T)
    sides = Sides(table(), table(), 18, "deploy")
    assert kind.create(o, sides) == ("COMMENT ON TABLE app.t IS E'it''s a \\\\ path'",)
    assert kind.alter(replace(o, attributes={"text": "old"}), o, sides) == kind.create(o, sides)
    assert kind.drop(o, sides) == ("COMMENT ON TABLE app.t IS NULL",)


def test_security_labels_name_their_provider() -> None:
    kind = KINDS()["security_label"]
    o = Object(("security_label", *T, "The Provider"), {"text": "top 'secret'"}, T)
    sides = Sides(table(), table(), 18, "deploy")
    assert kind.create(o, sides) == ("SECURITY LABEL FOR \"The Provider\" ON TABLE app.t IS 'top ''secret'''",)
    assert kind.alter(o, o, sides) == kind.create(o, sides)
    assert kind.drop(o, sides) == ('SECURITY LABEL FOR "The Provider" ON TABLE app.t IS NULL',)


def test_rights_know_every_grant() -> None:
    grants: Grants = parse(["a=r*w/own", "=r/own"], "own")
    assert sorted((r.grantee, r.privilege, option) for r, option in rights(grants).items()) == [
        ("", "SELECT", False),
        ("a", "SELECT", True),
        ("a", "UPDATE", False),
    ]
