# Completes `cargo xtask` in fish. Put it where fish finds it:
#   cargo xtask completions fish > ~/.config/fish/conf.d/cargo-xtask.fish

function __cargo_xtask
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    {program} complete (math (count $before) - 1) -- $before[2..-1] "$current" 2>/dev/null
end
complete -c cargo -n '__fish_seen_subcommand_from xtask' -f -a '(__cargo_xtask)'
