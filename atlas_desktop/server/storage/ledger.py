"""The revision counter of an organization, and the sums that let a client check that it has everything."""

import hashlib
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from atlas_desktop.server.storage.scope import Tenant
from atlas_desktop.server.storage.tables import customer, organization

_UNSIGNED: Final = 2**64 - 1


@dataclass(slots=True)
class _Sum:
    live: int = 0
    digest: int = 0


class Ledger:
    """Hands out revisions in a writing transaction and keeps count of live calls.

    The organization's row is locked from the first look until COMMIT, so revisions become visible in
    their own order (a sequence or a timestamp would not, and a reader would skip rows).
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        row = tenant.one(
            sa.select(organization.c.revision, organization.c.live, organization.c.digest)
            .where(organization.c.org == tenant.scope.org)
            .with_for_update()
        )
        self.revision: int = row.revision
        self._whole = _Sum(row.live, row.digest)
        self._changes: dict[str, _Sum] = {}

    def next(self) -> int:
        """A new revision."""
        self.revision += 1
        return self.revision

    def moved(self, customer_name: str, call_id: str, old: int | None, new: int | None) -> None:
        """A live call went from one revision to another; None before it existed or after it was deleted."""
        change = self._changes.setdefault(customer_name, _Sum())
        for revision, step in ((old, -1), (new, 1)):
            if revision is not None:
                change.digest ^= mark(call_id, revision)
                change.live += step

    def save(self) -> None:
        """Write counter and sums."""
        for change in self._changes.values():
            self._whole.live += change.live
            self._whole.digest ^= change.digest
        self._tenant.run(
            sa.update(organization)
            .where(organization.c.org == self._tenant.scope.org)
            .values(revision=self.revision, live=self._whole.live, digest=self._whole.digest)
        )
        self._save_customers()

    def _save_customers(self) -> None:
        names = list(self._changes)
        org = self._tenant.scope.org
        rows = self._tenant.all(sa.select(customer).where(customer.c.org == org, customer.c.name.in_(names)))
        known = {row.name: _Sum(row.live, row.digest) for row in rows}
        fresh, altered = [], []
        for name, change in self._changes.items():
            before = known.get(name, _Sum())
            live, digest = before.live + change.live, before.digest ^ change.digest
            if name in known:
                altered.append({"b_org": org, "b_name": name, "live": live, "digest": digest})
            else:
                fresh.append({"org": org, "name": name, "live": live, "digest": digest})
        self._tenant.run(sa.insert(customer), fresh)
        matches = sa.and_(customer.c.org == sa.bindparam("b_org"), customer.c.name == sa.bindparam("b_name"))
        self._tenant.run(sa.update(customer).where(matches), altered)


def mark(call_id: str, revision: int) -> int:
    """What one live call adds to the digest: 8 bytes of SHA-256("id:revision"), as a signed number."""
    digest = hashlib.sha256(f"{call_id}:{revision}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def totals(tenant: Tenant) -> tuple[int, str]:
    """Live calls in scope, and their digest in 16 hex digits."""
    scope = tenant.scope
    if scope.customer is None:
        row = tenant.first(
            sa.select(organization.c.live, organization.c.digest).where(organization.c.org == scope.org)
        )
    else:
        row = tenant.first(
            sa.select(customer.c.live, customer.c.digest).where(
                customer.c.org == scope.org, customer.c.name == scope.customer
            )
        )
    live, digest = (row.live, row.digest) if row is not None else (0, 0)
    return live, f"{digest & _UNSIGNED:016x}"
