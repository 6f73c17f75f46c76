# Completes `cargo xtask` in bash. Put it into a file, and read that in ~/.bashrc:
#   cargo xtask completions bash > ~/.cargo-xtask.bash
#   echo 'source ~/.cargo-xtask.bash' >> ~/.bashrc

# What completes cargo itself: bash-completion loads it when it is first asked for.
if declare -F _comp_load >/dev/null; then
    _comp_load cargo
elif declare -F __load_completion >/dev/null; then
    __load_completion cargo
fi
_cargo_xtask_cargo=$(complete -p cargo 2>/dev/null | sed -n 's/.* -F \([^ ]*\) .*/\1/p')

_cargo_xtask() {
    if [[ $COMP_CWORD -lt 2 || ${COMP_WORDS[1]} != xtask ]]; then
        if [[ -n $_cargo_xtask_cargo && $_cargo_xtask_cargo != _cargo_xtask ]]; then
            "$_cargo_xtask_cargo" "$@"
        fi
        return
    fi
    local value rest
    COMPREPLY=()
    while IFS=$'\t' read -r value rest; do
        COMPREPLY+=("$value")
    done < <({program} complete $((COMP_CWORD - 1)) -- "${COMP_WORDS[@]:1}" 2>/dev/null)
}
complete -o default -F _cargo_xtask cargo
