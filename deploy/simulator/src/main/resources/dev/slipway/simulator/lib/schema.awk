# Compares one flattened document with the fields of its kind. First file: schema.txt; second: the flat documents.
# Prints "unknown "path"" per unknown field and "shape message" for a value of the wrong shape.
function generic(path,    n, c, i, out) {
    n = split(path, c, "|"); out = c[1]
    for (i = 2; i <= n; i++) out = out (c[i] ~ /^[0-9]+$/ ? "[]" : "." c[i])
    return out
}
function shown(path,    n, c, i, out) {
    n = split(path, c, "|"); out = c[1]
    for (i = 2; i <= n; i++) out = out (c[i] ~ /^[0-9]+$/ ? "[" c[i] "]" : "." c[i])
    return out
}
function known(path,    n, c, i, so_far, parent) {
    if (path in field) return 1
    n = split(path, c, "|"); so_far = ""
    for (i = 1; i <= n; i++) {
        parent = so_far
        so_far = so_far == "" ? c[i] : so_far (c[i] ~ /^[0-9]+$/ ? "[]" : "." c[i])
        if ((parent == "" ? "**" : parent ".**") in field) return 1
        if (!(so_far in field) && !(so_far in prefix)) {
            if ((parent ".*") in field && c[i] !~ /^[0-9]+$/) { if (i == n) return 1; so_far = parent ".*"; continue }
            if (((parent "[]") in prefix || (parent "[]") in field) && c[i] !~ /^[0-9]+$/) {
                print "shape json: cannot unmarshal object into Go struct field " kind "." parent " of type []" version (parent ~ /xtraArgs$/ ? ".Arg" : ""); return 1 }
            if (c[i] ~ /^[0-9]+$/) { print "shape json: cannot unmarshal array into Go struct field " kind "." parent " of type " ((parent ".*") in field ? "map[string]string" : (parent in field ? "string" : version)); return 1 }
            bad = ""; for (j = 1; j <= i; j++) bad = bad (j > 1 ? "|" : "") c[j]
            return 0
        }
    }
    return (so_far in field) || value == "null" || value == "{}" || value == "[]" ? 1 : 2
}
FILENAME ~ /schema.txt$/ {
    split($0, w, " ")
    if (w[1] != kind || (w[2] != "-" && w[2] != version)) next
    field[w[3]] = 1
    n = split(w[3], parts, "."); so = ""
    for (i = 1; i < n; i++) { so = so (i > 1 ? "." : "") parts[i]; prefix[so] = 1; bare = so; while (sub(/\[\]$/, "", bare)) prefix[bare] = 1 }
    bare = w[3]; while (sub(/\[\]$/, "", bare)) prefix[bare] = 1
    next
}
$1 == doc && $2 != "kind" && $2 != "apiVersion" {
    value = $3
    verdict = known($2)
    if (verdict == 0 && !(bad in told)) { told[bad] = 1; print "unknown \"" shown(bad) "\"" }
    if (verdict == 2) print "shape json: cannot unmarshal " (value ~ /^[0-9]+$/ ? "number" : "string") " into Go struct field " kind "." generic($2) " of type " version
}
