//! `cargo xtask`: see `xtask::main`.

/// Faster than the C library's where many small values are made on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    xtask::main()
}
