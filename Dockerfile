# The command line, with every migration in it:
#   docker build -t jubilee-migrate .
#   docker run --rm --env-file FILE jubilee-migrate migrate all
# It is configured by environment variables, as .env.example says.
# Both stages are Debian 12, so that the binary meets the C library that it was linked against.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# Builds share the registry's crates, and no target folder: cargo compares times and not contents, so
# an older tree would get a newer one's programs and migrations.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    cargo build --release --locked --package xtask

# The C library, libgcc and the system's certificate authorities; no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
# By its name there the program knows that it is installed: it offers what needs no checkout, and its
# hints name it so.
COPY --from=build /src/target/release/xtask /usr/local/bin/jubilee-migrate
ENTRYPOINT ["/usr/local/bin/jubilee-migrate"]
CMD ["--help"]
