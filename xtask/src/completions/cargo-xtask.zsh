# Completes `cargo xtask` in zsh. Put it into a file, and read that in ~/.zshrc, after compinit:
#   cargo xtask completions zsh > ~/.cargo-xtask.zsh
#   echo 'source ~/.cargo-xtask.zsh' >> ~/.zshrc

# What completes cargo itself.
if [[ $_comps[cargo] != _cargo_xtask ]]; then
    _cargo_xtask_cargo=$_comps[cargo]
fi

_cargo_xtask() {
    if (( CURRENT < 3 )) || [[ $words[2] != xtask ]]; then
        ${_cargo_xtask_cargo:-_default} "$@"
        return
    fi
    local line
    local -a found
    for line in "${(@f)$({program} complete $(( CURRENT - 2 )) -- "${(@)words[2,-1]}" 2>/dev/null)}"; do
        [[ -n $line ]] && found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    _describe 'cargo xtask' found
}
compdef _cargo_xtask cargo
