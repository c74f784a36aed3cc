# difftool with the desired schema of this repository baked in: what a tag applies never changes.
#   docker build --tag difftool:0.1.0 .
# Another schema:  FROM difftool:0.1.0  and  COPY schema/ /srv/difftool/schema/

FROM python:3.13-slim-trixie AS build

WORKDIR /build
RUN python -m venv /opt/difftool
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY difftool/ difftool/
RUN /opt/difftool/bin/pip install --no-cache-dir --disable-pip-version-check --constraint requirements.lock . \
    # Nothing is installed later: what installs stays behind.
    && /opt/difftool/bin/pip uninstall --yes --quiet pip


FROM python:3.13-slim-trixie

LABEL org.opencontainers.image.title="difftool" \
      org.opencontainers.image.description="One desired PostgreSQL schema as SQL: plan, prove, apply, snapshot, roll back" \
      org.opencontainers.image.licenses="Apache-2.0"

# By number, for runAsNonRoot; with a name, since PostgreSQL's initdb (scratch databases) asks who it is.
RUN groupadd --gid 10001 difftool \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/cache/difftool --shell /usr/sbin/nologin difftool \
    && install --directory --owner=10001 --group=10001 --mode=1777 /var/cache/difftool /var/lib/difftool

COPY --from=build /opt/difftool /opt/difftool
WORKDIR /srv/difftool
COPY schema/ schema/

# Only the two volumes and /tmp need to be writable: the root file system may be read-only. Both paths lie inside their
# volume, since a fresh volume may belong to root (an emptyDir does) and PostgreSQL wants a folder of its own.
ENV PATH=/opt/difftool/bin:$PATH \
    HOME=/var/cache/difftool \
    DIFFTOOL_CACHE_DIR=/var/cache/difftool/servers \
    DIFFTOOL_SNAPSHOT_STORE=/var/lib/difftool/snapshots \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
VOLUME ["/var/cache/difftool", "/var/lib/difftool"]

USER 10001:10001
# As process 1, Python never sees SIGTERM's default action; SIGINT is Ctrl-C: roll back, tidy up, say what was done.
STOPSIGNAL SIGINT
ENTRYPOINT ["difftool"]
CMD ["--help"]
