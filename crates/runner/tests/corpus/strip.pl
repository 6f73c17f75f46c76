# strip.pl FILE…: takes out of SQL files, in place, what psql does not send to the server: its own
# commands, the data of COPY … FROM STDIN and the marks of its variables.
use strict;
use warnings;

my $plain = qr/'[^']*+(?:''[^']*+)*+'/;
my $escaped = qr/'(?:[^'\\]++|\\.|'')*+'/s;
my $nested = qr/(\/\*(?:[^*\/]++|\*(?!\/)|\/(?!\*)|(?-1))*+\*\/)/;
# What is as it stands, whatever it holds.
my $kept = qr/
    --[^\n]*+ | $nested
    | [eE]$escaped(?:\s*\n\s*$escaped)*+ | $plain | "[^"]*+"
    | (\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+)?\$).*?\g{-1}
    | [A-Za-z_\x80-\xff][\w\$\x80-\xff]*+ | \d++ | \s++ | ::
/xs;
my $arguments = qr/(?:[^\\'"`\n]++|'(?:[^'\\\n]++|\\.|'')*+'|"[^"\n]*+"|`[^`\n]*+`)*+/;
my $sends = qr/(?:g|gx|gset|gexec|gdesc|crosstabview|watch|r|reset)/;
# COPY takes STDOUT for STDIN.
my $from_stdin = qr/\bcopy\b[^;]*\bfrom\s+std(?:in|out)\b/i;

# Removes the lines up to `\.` that follow the current one. Some COPY fail, and then no data
# follow; a `\.` further down belongs to a later COPY.
sub drop_data {
    my ($text) = @_;
    my $here = pos $$text;
    my $next = 1 + index $$text, "\n", $here;
    if ($next > 0 && substr($$text, $next) =~ /\A(.*?)^\\\.[ \t]*(?:\n|\z)/ms) {
        my $length = $+[0];
        return if $1 =~ $from_stdin;
        substr $$text, $next, $length, '';
        pos($$text) = $here;
    }
}

sub strip {
    my ($text) = @_;
    my ($out, $statement) = ('', '');
    # One for each open \if: whether this branch counts, and whether one has counted. A condition
    # that is not a constant counts as true.
    my @branches;
    my $add = sub { $statement .= $_[0] unless grep { !$_->[0] } @branches };
    my $end = sub {
        $add->(';');
        drop_data(\$text) if $statement =~ /^\s*$from_stdin/m;
        $out .= $statement;
        $statement = '';
    };
    my $branch = sub {
        my ($taken, $condition) = @_;
        my $counts = !$taken && $condition !~ /^(?:0|f|false|n|no|of|off)$/i;
        return [$counts, $taken || $counts];
    };
    pos($text) = 0;
    while (pos $text < length $text) {
        if ($text =~ /\G$kept/gc) { $add->($&) }
        elsif ($text =~ /\G\\?;/gc) { $end->() }
        elsif ($text =~ /\G\\if\b[ \t]*([^\s\\]*)[^\\\n]*/gc) { push @branches, $branch->(0, $1) }
        elsif (@branches && $text =~ /\G\\elif\b[ \t]*([^\s\\]*)[^\\\n]*/gc) { $branches[-1] = $branch->($branches[-1][1], $1) }
        elsif (@branches && $text =~ /\G\\else\b/gc) { $branches[-1] = $branch->($branches[-1][1], 1) }
        elsif ($text =~ /\G\\endif\b/gc) { pop @branches }
        elsif ($text =~ /\G\\$sends\b$arguments/gc) { $end->() }
        elsif ($text =~ /\G\\copy\b[^\n]*\bfrom\s+std(?:in|out)\b[^\n]*/gci) { drop_data(\$text) }
        elsif ($text =~ /\G\\(?:copy|!|sf|ef|sv|ev|h|help)[^\n]*/gc) { }
        elsif ($text =~ /\G\\\\/gc) { $add->(' ') }
        elsif ($text =~ /\G\\$arguments/gc) { }
        elsif ($text =~ /\G:\{\?\w+\}/gc) { $add->('true') }
        elsif ($text =~ /\G:(?=['"A-Za-z_])/gc) { }
        elsif ($text =~ /\G./gcs) { $add->($&) }
    }
    return $out . $statement;
}

local $/;
for my $file (@ARGV) {
    open my $in, '<:raw', $file or die "$file: $!\n";
    my $text = <$in>;
    $text =~ s/\A\xEF\xBB\xBF//;
    $text =~ s/\r\n/\n/g;
    my $stripped = strip($text);
    open my $out, '>:raw', $file or die "$file: $!\n";
    print $out $stripped;
    close $out or die "$file: $!\n";
}
