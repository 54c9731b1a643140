# Turns flat PATH<TAB>VALUE lines, in order, into JSON; after an empty line begins another object. What stands below data, labels, annotations and arguments is text.
BEGIN { FS = "\t"; depth = 0; begun = 0 }
function quote(s) { gsub(/\\n/, "\n", s); gsub(/\\\\/, "\\", s); gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); gsub(/\n/, "\\n", s); gsub(/\t/, "\\t", s); return "\"" s "\"" }
function scalar(path, v) {
    if (v == "{}" || v == "[]" || v == "null" || v == "true" || v == "false" || v ~ /^-?[0-9]+$/) if (path !~ /\|(data|labels|annotations|capacity|allocatable|status|generation|type|extraArgs|rawArgs|envVars)(\||$)/ && path !~ /^data\|/) return v
    return quote(v)
}
function close_to(level) { while (depth > level) { out = out (list[depth] ? "]" : "}"); depth-- } }
function finish() { close_to(0); print out; begun = 0 }
/^$/ { if (begun) finish(); next }
{
    n = split($1, c, "|")
    if (!begun) { begun = 1; out = "{"; depth = 1; list[1] = 0; fresh = 1; m = 0 }
    same = 0; while (same < n - 1 && same < m - 1 && c[same + 1] == last[same + 1]) same++
    close_to(same + 1)
    if (!fresh) out = out ","
    fresh = 0
    for (i = same + 1; i <= n; i++) {
        if (!list[depth]) out = out quote(c[i]) ":"
        if (i < n) { depth++; list[depth] = c[i + 1] ~ /^[0-9]+$/ && c[i] !~ /^(data|labels)$/; out = out (list[depth] ? "[" : "{") }
    }
    out = out scalar($1, $2)
    m = n; for (i = 1; i <= n; i++) last[i] = c[i]
}
END { if (begun) finish(); else if (!NR) print "{}" }
