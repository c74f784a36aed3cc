"""What each entry of a dump describes, in the words of the native engine's kinds, and what that is a part of.

pg_dump's headers name a constraint "table constraint" without quotes; its statements are unambiguous. They are regular
enough for patterns: whatever is not recognised stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from difftool import phrases
from difftool.catalog import ABOUT, TABLES, Catalog, Entry, columns
from difftool.catalog import Key as DumpKey
from difftool.ignore import Installed, Key
from difftool.phrases import names

Chain = tuple[Key, ...]
"""An object, then what it is a part of, then what that is a part of: at the end its schema."""


class Item(NamedTuple):
    """What stands in a CREATE TABLE: a column or a check constraint, and its text."""

    key: Key
    text: str


def items(entry: Entry) -> Iterator[Item]:
    """The columns and check constraints that a table's own statement has."""
    if entry.key.type in TABLES:
        table = (entry.key.schema, entry.key.name)
        for text in columns(entry.statements[0])[1]:
            if check := phrases.INLINE.match(text):
                yield Item(("constraint", *table, *names(check["name"])), text)
            elif (column := phrases.NAME.match(text)) and not text.startswith("CONSTRAINT "):
                yield Item(("column", *table, *names(column[0])), text)


def said_of(kind: str, of: Chain) -> Chain:
    """What is said of an object; its owner and grants are parts of those of what it is a part of."""
    whole = of if kind in ("owner", "grant") else of[:1]
    return (*((kind, *k) for k in whole if k[0] != "schema" or k is of[0]), *of)


class Subjects:
    """The objects of one dump."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    @cached_property
    def relations(self) -> dict[tuple[str, ...], str]:
        """By schema and name: the kind of a relation."""
        return {
            (k.schema, k.name): phrases.RELATIONS[k.type] for k in self.catalog.by_key if k.type in phrases.RELATIONS
        }

    @cached_property
    def partition_of(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """By schema and name of a partition: those of the table that it is a partition of."""
        return {
            names(found["child"]): names(found["parent"])
            for e in self.catalog.entries
            if e.key.type == "TABLE ATTACH" and (found := phrases.ATTACH.match(e.statements[0]))
        }

    @cached_property
    def above(self) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
        """The tables that a table inherits from, as partition or otherwise."""
        found = {child: [parent] for child, parent in self.partition_of.items()}
        for e in self.catalog.entries:
            if e.key.type in TABLES and (said := phrases.INHERITS.search(columns(e.statements[0])[2])):
                parents = [names(p) for p in re.findall(phrases.REL, said["parents"])]
                found.setdefault((e.key.schema, e.key.name), []).extend(parents)
        return found

    @cached_property
    def installed(self) -> Installed:
        """The extensions, and the tables that they may have to do with."""
        made = (phrases.INSTALLED.match(e.statements[0]) for e in self.catalog.entries if e.key.type == "EXTENSION")
        return Installed(
            {names(found["name"])[0]: names(found["schema"])[0] for found in made if found},
            frozenset(at for at, kind in self.relations.items() if kind == "table"),
            frozenset(parent for parents in self.above.values() for parent in parents),
        )

    @cached_property
    def _index_on(self) -> dict[tuple[str, ...], Chain]:
        """By schema and name of an index: the index, the constraint that it is of, its relation."""
        found: dict[tuple[str, ...], Chain] = {}
        for e in self.catalog.entries:
            if e.key.type == "INDEX" and (said := phrases.INDEX.match(e.statements[0])):
                found[e.key.schema, e.key.name] = (("index", e.key.schema, e.key.name), *self._relation(said["on"]))
            elif e.key.type == "CONSTRAINT" and (said := phrases.CONSTRAINT.match(e.statements[0])):
                on, name = names(said["on"]), names(said["name"])
                constraint = ("constraint", *on, *name)
                found[on[0], *name] = (("index", on[0], *name), constraint, *self._relation(said["on"]))
        return found

    def index_of(self, entry: Entry) -> Chain:
        """The index that a constraint has, if it is one."""
        chain = self.chain(entry)
        index = self._index_on.get((entry.key.schema, chain[0][-1])) if entry.key.type == "CONSTRAINT" else None
        return index[:1] if index else ()

    @cached_property
    def _statistics_on(self) -> dict[tuple[str, ...], Chain]:
        """By schema and name of extended statistics: these, and their relation."""
        found: dict[tuple[str, ...], Chain] = {}
        for e in self.catalog.entries:
            if e.key.type == "STATISTICS" and (said := phrases.STATISTICS.match(e.statements[0])):
                found[e.key.schema, e.key.name] = (("statistics", *e.key[1:]), *self._relation(said["on"]))
        return found

    @cached_property
    def _owner_of(self) -> dict[tuple[str, ...], str]:
        """By schema and name of a sequence: the table whose column owns it, as SQL writes it."""
        owned = (
            phrases.OWNED_BY.match(e.statements[0]) for e in self.catalog.entries if e.key.type == "SEQUENCE OWNED BY"
        )
        return {names(found["sequence"]): found["on"] for found in owned if found}

    @cached_property
    def _routines(self) -> dict[tuple[str, str], Key]:
        """By schema and signature, as comments and grants name it: a function or an aggregate."""
        found: dict[tuple[str, str], Key] = {}
        for e in self.catalog.entries:
            if e.key.type in phrases.ROUTINES:
                found.setdefault(e.key[1:], (phrases.ROUTINES[e.key.type], e.key.schema, e.key.name))
                for said in filter(None, map(phrases.ROUTINE.fullmatch, e.statements[1:])):
                    found[e.key.schema, said["signature"]] = (phrases.ROUTINES[e.key.type], e.key.schema, e.key.name)
        return found

    @cached_property
    def _types(self) -> dict[tuple[str, ...], str]:
        return {
            (k.schema, k.name): self._type(e) for k, e in self.catalog.by_key.items() if k.type in ("TYPE", "DOMAIN")
        }

    @cached_property
    def entry_of(self) -> dict[Key, DumpKey]:
        """The entry that is about an object itself."""
        found: dict[Key, DumpKey] = {}
        for e in self.catalog.entries:
            found.setdefault(self.chain(e)[0], e.key)
        return found

    def chain(self, entry: Entry) -> Chain:
        """The object that an entry describes, and what that is a part of."""
        if (found := self._chains.get(entry.key)) is None:
            found = self._chains[entry.key] = tuple(self._chain(entry))
        return found

    @cached_property
    def _chains(self) -> dict[DumpKey, Chain]:
        return {}

    def _chain(self, entry: Entry) -> Iterator[Key]:
        key = entry.key
        if key.type in ("COMMENT", "ACL", "SECURITY LABEL"):
            yield from self._said(key)
        elif key.type in phrases.RELATIONS:
            yield from self._of((phrases.RELATIONS[key.type], key.schema, key.name))
        elif key.type in phrases.ROUTINES:
            yield from ((phrases.ROUTINES[key.type], key.schema, key.name), ("schema", key.schema))
        elif key.type in ("TYPE", "DOMAIN"):
            yield from ((self._type(entry), key.schema, key.name), ("schema", key.schema))
        elif key.type in phrases.PLAIN and key.type != "STATISTICS":
            yield from self._in_schema((phrases.PLAIN[key.type], *filter(None, (key.schema, key.name))))
        else:
            yield from self._part(entry) or self._in_schema((key.kind.replace(" ", "_"), key.schema, key.name))

    def _in_schema(self, key: Key) -> Chain:
        return (key, ("schema", key[1])) if len(key) > 2 and key[1] else (key,)

    def _relation(self, text: str) -> Chain:
        """A relation by its name in SQL: a table, then those that it is a partition of; a view; a sequence."""
        return self._of((self.relations.get(names(text), "table"), *names(text)))

    def _of(self, relation: Key) -> Chain:
        found, at = [relation], relation[1:]
        while relation[0] == "table" and at in self.partition_of:
            at = self.partition_of[at]
            if ("table", *at) in found:
                break
            found.append(("table", *at))
        if relation[0] == "sequence" and at in self._identities:
            return self._identities[at]
        if relation[0] == "sequence" and at in self._owner_of:
            return (relation, *self._relation(self._owner_of[at]))
        return (*found, ("schema", relation[1]))

    @cached_property
    def _identities(self) -> dict[tuple[str, ...], Chain]:
        """By schema and name of its sequence: an identity, its column, its table."""
        found: dict[tuple[str, ...], Chain] = {}
        for e in self.catalog.entries:
            if e.key.type == "SEQUENCE" and (said := phrases.IDENTITY.match(e.statements[0])):
                column = (*names(said["on"]), *names(said["column"]))
                chain = (("identity", *column), ("column", *column), *self._relation(said["on"]))
                found[e.key.schema, e.key.name] = chain
        return found

    def _type(self, entry: Entry) -> str:
        if entry.key.type == "DOMAIN":
            return "domain"
        found = phrases.TYPE.match(entry.statements[0])
        if found and found.end() == len(entry.statements[0]):
            return "shell_type"
        return phrases.TYPES[found["how"] if found else None]

    def _said(self, key: DumpKey) -> Chain:
        """A comment, a grant or a label, and what it is said of."""
        kind = {"COMMENT": "comment", "ACL": "grant"}.get(key.type, "security_label")
        about = ABOUT.match(key.name)
        of = self._named(about[1], about[2], key.schema) if about else ((key.kind, key.schema, key.name),)
        return said_of(kind, of)

    def _named(self, noun: str, text: str, schema: str) -> Chain:
        """An object as COMMENT, GRANT and SECURITY LABEL name it, but for its schema."""
        if noun == "COLUMN":
            table, column = (*names(text), "", "")[:2]
            if self._types.get((schema, table)) == "composite":
                return (("attribute", schema, table, column), ("composite", schema, table), ("schema", schema))
            relation = self._of((self.relations.get((schema, table), "table"), schema, table))
            return (("column", schema, table, column), *relation)
        if noun in phrases.ON_TABLE and (found := phrases.ON.match(text)):
            table, name = names(found["on"])[0], names(found["name"])[0]
            if found["domain"]:
                return (("domain_constraint", schema, table, name), ("domain", schema, table), ("schema", schema))
            relation = self._of((self.relations.get((schema, table), "table"), schema, table))
            return ((phrases.ON_TABLE[noun], schema, table, name), *relation)
        if noun in phrases.ROUTINES:
            return (self._routine(noun, schema, text), ("schema", schema))
        name = names(text)[-1] if phrases.NAME.fullmatch(text) else text
        if noun in phrases.RELATIONS:
            return self._of((self.relations.get((schema, name), phrases.RELATIONS[noun]), schema, name))
        if noun == "INDEX":
            return self._index_on.get((schema, name)) or (("index", schema, name), ("schema", schema))
        if noun == "STATISTICS" and (schema, name) in self._statistics_on:
            return self._statistics_on[schema, name]
        if noun in ("TYPE", "DOMAIN"):
            return ((self._types.get((schema, name), "composite"), schema, name), ("schema", schema))
        if noun.startswith(("OPERATOR", "CAST", "TRANSFORM")):
            return self._rare(noun, text, schema)
        return self._in_schema((phrases.PLAIN.get(noun, noun.lower().replace(" ", "_")), *filter(None, (schema, name))))

    def _routine(self, noun: str, schema: str, text: str) -> Key:
        """A function by its signature: as its owner's line has it, or, of some aggregates, as the header does."""
        name = phrases.NAME.match(text)
        plain = names(name[0])[0] + text[name.end() :] if name else text
        found = self._routines.get((schema, text)) or self._routines.get((schema, plain))
        return found or (phrases.ROUTINES[noun], schema, plain)

    def _rare(self, noun: str, text: str, schema: str) -> Chain:
        if noun == "CAST":
            return (("cast", text.removeprefix("(").removesuffix(")")),)
        if noun == "TRANSFORM FOR" and (found := phrases.TRANSFORM.match(f"{noun} {text}")):
            return (("transform", found[1], found[2]),)
        if noun == "OPERATOR" and (operator := re.fullmatch(r"(\S+) (\(.+\))", text)):
            return (("operator", schema, operator[1] + operator[2]), ("schema", schema))
        if method := re.fullmatch(rf"({phrases.PART}) USING ({phrases.PART})", text):
            key = (noun.lower().replace(" ", "_"), schema, *names(method[1]), *names(method[2]))
            return (key, ("schema", schema))
        return self._in_schema((noun.lower().replace(" ", "_"), schema, text))

    def _part(self, entry: Entry) -> Chain:
        """What hangs on something else, and what pg_dump's header does not name as difftool does."""
        key, sql = entry.key, entry.statements[0]
        if key.type == "RULE" and (found := phrases.VIEW.match(sql)):
            return self._relation(found["on"])
        if key.type in phrases.ON_TABLE or key.type in phrases.CONSTRAINTS:
            return self._on_table(key.type, sql)
        if key.type == "INDEX":
            return self._index_on.get((key.schema, key.name), ())
        if key.type in ("TABLE ATTACH", "INDEX ATTACH") and (found := phrases.ATTACH.match(sql)):
            child = names(found["child"])
            if key.type == "TABLE ATTACH":
                return (("partition", *child), *self._of(("table", *child)))
            return (("attached_index", *child), *self._index_on.get(child, ()))
        if key.type == "STATISTICS":
            return self._statistics_on.get((key.schema, key.name), ())
        if key.type == "SEQUENCE OWNED BY" and (found := phrases.OWNED_BY.match(sql)):
            sequence = names(found["sequence"])
            return (("sequence_owner", *sequence), *self._of(("sequence", *sequence)))
        if key.type == "DEFAULT" and (found := phrases.OF_COLUMN.match(sql)):
            column = (*names(found["on"]), *names(found["column"]))
            return (("default", *column), ("column", *column), *self._relation(found["on"]))
        if key.type == "ROW SECURITY" and (found := phrases.ROW_SECURITY.match(sql)):
            return self._relation(found["on"])
        return self._elsewhere(entry)

    def _on_table(self, what: str, sql: str) -> Chain:
        if what in phrases.CONSTRAINTS:
            found = phrases.CONSTRAINT.match(sql)
            if not found:
                return ()
            on = names(found["on"])
            if found["domain"]:
                return (("domain_constraint", *on, *names(found["name"])), ("domain", *on), ("schema", on[0]))
            if found["column"]:
                column = (*on, *names(found["column"]))
                return (("not_null", *column), ("column", *column), *self._relation(found["on"]))
            return (("constraint", *on, *names(found["name"])), *self._relation(found["on"]))
        found = {"TRIGGER": phrases.TRIGGER, "RULE": phrases.RULE, "POLICY": phrases.POLICY}[what].match(
            sql
        ) or phrases.STATE.match(sql)
        return (
            ((phrases.ON_TABLE[what], *names(found["on"]), *names(found["name"])), *self._relation(found["on"]))
            if found
            else ()
        )

    def _elsewhere(self, entry: Entry) -> Chain:
        """What is in no schema, or named by more than a name."""
        key, sql = entry.key, entry.statements[0]
        if key.type == "PUBLICATION TABLE" and (found := phrases.PUBLISHED.match(sql)):
            name = names(found["name"])[0]
            return (
                ("publication_table", name, *names(found["on"])),
                ("publication", name),
                *self._relation(found["on"]),
            )
        if key.type == "PUBLICATION TABLES IN SCHEMA" and (found := phrases.PUBLISHED_SCHEMA.match(sql)):
            name, schema = names(found["name"])[0], names(found["schema"])[0]
            return (("publication_schema", name, schema), ("publication", name), ("schema", schema))
        if key.type == "USER MAPPING" and (found := phrases.USER_MAPPING.match(sql)):
            who = "" if found["name"].lower() == "public" else names(found["name"])[0]
            server = names(found["server"])[0]
            return (("user_mapping", who, server), ("server", server))
        if key.type == "DEFAULT ACL" and (found := phrases.DEFAULT_ACL.match(sql)):
            schema = names(found["schema"])[0] if found["schema"] else ""
            own = ("default_privileges", names(found["role"])[0], schema, phrases.LETTERS[found["on"]])
            return (own, ("schema", schema)) if schema else (own,)
        if key.type == "CAST" and (found := phrases.CAST.match(key.name)):
            return (("cast", found[1]),)
        if key.type == "TRANSFORM" and (found := phrases.TRANSFORM.match(key.name)):
            return (("transform", found[1], found[2]),)
        for said in entry.statements[1:]:
            if found := phrases.OPERATOR.match(said):
                return (("operator", key.schema, f"{found['name']}({found['types']})"), ("schema", key.schema))
            if found := phrases.OPERATOR_CLASS.match(said):
                kind = f"operator_{found['what'].lower()}"
                return ((kind, *names(found["on"]), *names(found["method"])), ("schema", key.schema))
        return ()
