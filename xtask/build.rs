//! Embeds the migrations of all databases.

fn main() -> std::process::ExitCode {
    jubilee_embed::embed_unchecked()
}
