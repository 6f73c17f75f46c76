# Watches over one throwaway server. Its input is a pipe whose other end only the owner holds: when
# the owner ends, in whatever way, `read` fails, and the server and its folder are removed.
#
# Arguments: the folder to make and later to remove, the program `postgres`.
# Commands on the input, each answered with one line on the output:
#   start            -> the number of the server's process
#   stop SIGNAL      -> stopped
#   share SECONDS    -> shared; from then on the owners are all who hold the named pipe `owners` in
#                       the folder open for writing. Each writes a line when it comes. SECONDS after
#                       the last one has gone, unless another one comes, server and folder are removed.

# A signal from the terminal or a closed output must not keep this from cleaning up.
trap '' HUP INT QUIT TERM PIPE
exec 2>/dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
umask 077
folder=$1 postgres=$2 server=

if ! reason=$(mkdir -- "$folder" 2>&1); then
    printf 'failed %s\n' "$reason"
    exit 1
fi
echo made

# Ends the server: by SIGNAL ($1), after $2 tenths of a second by SIGQUIT (immediate shutdown), which
# is repeated since a server that only begins ignores it, at last by SIGKILL.
finish() {
    [ -n "$server" ] || return 0
    kill -s "$1" "$server"
    (
        left=$2
        while [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
        left=80
        while [ "$left" -gt 0 ]; do kill -s QUIT "$server"; sleep 0.1; left=$((left - 1)); done
        kill -s KILL "$server"
    ) >/dev/null &
    guard=$!
    wait "$server"
    kill -s KILL "$guard"
    wait "$guard"
    server=
}

while read -r command argument; do
    case $command in
    start)
        "$postgres" -D "$folder/data" </dev/null >>"$folder/server.log" 2>&1 &
        server=$!
        echo "$server"
        ;;
    stop)
        finish "$argument" 300
        echo stopped
        ;;
    share)
        mkfifo -- "$folder/owners" || exit 1
        # The open end of the reader alone would wait for a first owner, who may have been killed.
        exec 9<>"$folder/owners" <"$folder/owners" 9>&-
        echo shared
        exec >/dev/null
        while :; do
            while read -r _; do :; done
            sleep "$argument"
            # Whoever finds the pipe under its name has written the line that is read here, or will
            # see that the pipe has lost its name.
            mv -- "$folder/owners" "$folder/ended"
            read -r _ || break
            mv -- "$folder/ended" "$folder/owners"
        done
        ;;
    esac
done

finish QUIT 0
# A server that was killed leaves its file, and the shared memory that line 7 names (key, number).
if [ -f "$folder/data/postmaster.pid" ]; then
    set -- $(sed -n 7p "$folder/data/postmaster.pid")
    [ -z "$2" ] || ipcrm -m "$2"
fi
# Backends of a postmaster that was killed may still write for a moment.
left=50
while ! rm -rf -- "$folder" && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
