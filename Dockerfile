# syntax=docker/dockerfile:1

# The command line, with every migration in it:
#   docker build -t jubilee-migrate .
# It is configured by environment variables, as .env.example says.
# Both stages are Debian 12, so that the binary meets the C library that it was linked against.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package xtask \
    && cp target/release/xtask /usr/local/bin/xtask

# The C library, libgcc and the system's certificate authorities; no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /usr/local/bin/xtask /usr/local/bin/xtask
ENTRYPOINT ["/usr/local/bin/xtask"]
CMD ["--help"]
