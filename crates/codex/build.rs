//! Checks and embeds the migrations.

fn main() -> std::process::ExitCode {
    jubilee_embed::embed_database()
}
