# Flattens YAML (block and flow style, so JSON too) to DOCUMENT<TAB>PATH<TAB>VALUE lines; see yaml.sh. Exit 2: not YAML.
# With the variable "styled" a fourth field is "q" where a value is quoted or a block, so text that nothing else can be.
# Understood: what tools write. Not understood, and refused: anchors, tags, tabs as indentation, complex keys.
BEGIN { doc = 0; depth = 0; started = 0; pending = ""; hasPending = 0; block = 0; join = "" }
function fail(text) { if (!failed) { print "error converting YAML to JSON: yaml: line " NR ": " text > "/dev/stderr"; failed = 1 } exit 2 }
function escape(s) { gsub(/\\/, "\\\\", s); gsub(/\n/, "\\n", s); gsub(/\t/, "\\t", s); return s }
function emit(path, v) { print doc "\t" path "\t" escape(v) (styled ? "\t" (isText ? "q" : "") : ""); isText = 0 }
function sub_path(path, key) { return path == "" ? key : path "|" key }
function flush_pending() { if (hasPending) { emit(pending, "null"); hasPending = 0 } }
function flush_block() { if (block) { if (blockStyle == ">") gsub(/\n/, " ", text); sub(/[\n ]+$/, "", text); isText = 1; emit(blockPath, text (blockChomp == "-" ? "" : "\n")); block = 0; text = "" } }
function flush_scalar() { if (hasScalar) { emit(scalarPath, unquote(scalar)); hasScalar = 0 } }
function unquote(s,    q, body, out, i, c) {
    q = substr(s, 1, 1)
    isText = q ~ /["']/
    if (q == "'") { body = substr(s, 2, length(s) - 2); gsub(/''/, "'", body); return body }
    if (q != "\"") return s == "~" ? "null" : s
    body = substr(s, 2, length(s) - 2); out = ""
    for (i = 1; i <= length(body); i++) {
        c = substr(body, i, 1)
        if (c != "\\") { out = out c; continue }
        c = substr(body, ++i, 1)
        out = out (c == "n" ? "\n" : c == "t" ? "\t" : c == "r" ? "\r" : c)
    }
    return out
}
# Length of the quoted string s starts with, 0 if it does not end.
function quoted(s,    q, i, c) {
    q = substr(s, 1, 1)
    for (i = 2; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (q == "\"" && c == "\\") { i++; continue }
        if (c != q) continue
        if (q == "'" && substr(s, i + 1, 1) == "'") { i++; continue }
        return i
    }
    return 0
}
function strip_comment(s,    i, c, n) {
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if ((c == "\"" || c == "'") && (i == 1 || substr(s, i - 1, 1) ~ /[ :,\[{-]/)) { n = quoted(substr(s, i)); if (!n) break; i += n - 1; continue }
        if (c == "#" && (i == 1 || substr(s, i - 1, 1) == " ")) { s = substr(s, 1, i - 1); break }
    }
    sub(/[ \r]+$/, "", s)
    return s
}
# Position of the ":" that ends a key at the start of s, 0 if s is no key.
function key_end(s,    i, n) {
    if (s ~ /^["']/) { n = quoted(s); return n && substr(s, n + 1) ~ /^ *:( |$)/ ? n + index(substr(s, n + 1), ":") : 0 }
    if (s ~ /^[\[{&*!|>%@`]/) return 0
    for (i = 1; i <= length(s); i++) if (substr(s, i, 1) == ":" && (i == length(s) || substr(s, i + 1, 1) == " ")) return i
    return 0
}
function balance(s,    i, c, n, level) {
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (c == "\"" || c == "'" && substr(s, i - 1, 1) ~ /[ :,\[{]/) { n = quoted(substr(s, i)); if (!n) return 1; i += n - 1 }
        else if (c == "{" || c == "[") level++
        else if (c == "}" || c == "]") level--
    }
    return level
}
function spaces() { while (substr(flow, at, 1) == " ") at++ }
function flow_scalar(stops,    n, s) {
    if (substr(flow, at, 1) ~ /["']/) { n = quoted(substr(flow, at)); s = substr(flow, at, n); at += n; return unquote(s) }
    n = at
    while (at <= length(flow) && index(stops, substr(flow, at, 1)) == 0) { if (substr(flow, at, 1) == ":" && substr(flow, at + 1, 1) ~ /[ ,}]/ && stops ~ /:/) break; at++ }
    s = substr(flow, n, at - n); sub(/ +$/, "", s); isText = 0
    return s == "~" || s == "" ? "null" : s
}
function flow_value(path,    c, n, key) {
    spaces(); c = substr(flow, at, 1)
    if (c == "{") {
        at++; spaces(); n = 0
        while (substr(flow, at, 1) != "}") {
            if (at > length(flow)) fail("did not find expected ',' or '}'")
            key = substr(flow, at, 1) ~ /["']/ ? flow_scalar("") : flow_key()
            spaces(); if (substr(flow, at, 1) != ":") fail("did not find expected ':'")
            at++; isText = 0; flow_value(sub_path(path, key)); n++; spaces()
            if (substr(flow, at, 1) == ",") { at++; spaces() }
        }
        at++; if (!n) emit(path, "{}")
    } else if (c == "[") {
        at++; spaces(); n = 0
        while (substr(flow, at, 1) != "]") {
            if (at > length(flow)) fail("did not find expected ',' or ']'")
            flow_value(sub_path(path, n)); n++; spaces()
            if (substr(flow, at, 1) == ",") { at++; spaces() }
        }
        at++; if (!n) emit(path, "[]")
    } else emit(path, flow_scalar(",]}"))
}
function flow_key(    n) { n = at; while (at <= length(flow) && substr(flow, at, 1) != ":") at++; return substr(flow, n, at - n) }
function leaf(path, s, indent) {
    if (s ~ /^[|>][-+0-9]*$/) { block = 1; blockPath = path; blockStyle = substr(s, 1, 1); blockChomp = substr(s, 2, 1); blockIndent = -1; blockParent = indent; text = ""; return }
    if (s ~ /^[&*!]/) fail("anchors and tags are not supported by the simulator")
    if (s ~ /^[{\[]/) { if (balance(s) > 0) { join = s; joinPath = path; return } flow = s; at = 1; flow_value(path); return }
    if (s ~ /^["']/ && !quoted(s)) { joinQuote = s; joinPath = path; return }
    if (s ~ /^[%@`]/) fail("found character that cannot start any token")
    if (s ~ /: / && s !~ /^["']/) fail("mapping values are not allowed in this context")
    hasScalar = 1; scalarPath = path; scalar = s; scalarIndent = indent
}
function pop_key(i) { while (depth > 0 && (ind[depth] > i || (ind[depth] == i && type[depth] == "s"))) depth-- }
function content(i, s,    n, key, path, rest, extra) {
    if (s == "-" || s ~ /^- /) {
        while (depth > 0 && (ind[depth] > i || (ind[depth] == i && type[depth] == "m" && !(hasPending && pendingIndent == i)))) depth--
        if (!(depth > 0 && ind[depth] == i && type[depth] == "s")) {
            if (depth > 0 && !hasPending) fail("block sequence entries are not allowed in this context")
            depth++; ind[depth] = i; type[depth] = "s"; base[depth] = hasPending ? pending : ""; count[depth] = 0; hasPending = 0
        } else { flush_pending(); count[depth]++ }
        path = sub_path(base[depth], count[depth])
        rest = substr(s, 2); extra = 1; while (substr(rest, 1, 1) == " ") { rest = substr(rest, 2); extra++ }
        if (rest == "") { pending = path; pendingIndent = i; hasPending = 1; return }
        if (rest == "-" || rest ~ /^- / || key_end(rest)) { pending = path; pendingIndent = i; hasPending = 1; content(i + extra, rest); return }
        leaf(path, rest, i)
        return
    }
    n = key_end(s)
    if (!n) { if (depth == 0 && !hasPending) { leaf("", s, i); return } fail(hasPending ? "could not find expected ':'" : "could not find expected ':'") }
    pop_key(i)
    if (!(depth > 0 && ind[depth] == i && type[depth] == "m")) {
        if (depth > 0 && !(hasPending && pendingIndent < i)) fail("did not find expected key")
        depth++; ind[depth] = i; type[depth] = "m"; base[depth] = hasPending ? pending : ""; hasPending = 0
    } else flush_pending()
    key = substr(s, 1, n - 1); sub(/ +$/, "", key); key = unquote(key); isText = 0
    path = sub_path(base[depth], key)
    if ((doc, path) in seenKey) fail("mapping key \"" key "\" already defined")
    seenKey[doc, path] = 1
    rest = substr(s, n + 1); sub(/^ +/, "", rest)
    if (rest == "") { pending = path; pendingIndent = i; hasPending = 1; return }
    leaf(path, rest, i)
}
{
    raw = $0
    if (block) {
        match(raw, /^ */); lead = RLENGTH
        if (raw ~ /^[ ]*$/) { text = text "\n"; next }
        if (blockIndent < 0 && lead > blockParent) blockIndent = lead
        if (blockIndent >= 0 && lead >= blockIndent) { text = text substr(raw, blockIndent + 1) "\n"; next }
        flush_block()
    }
    if (joinQuote != "") {
        sub(/^ +/, "", raw)
        if (joinQuote ~ /\\$/) joinQuote = substr(joinQuote, 1, length(joinQuote) - 1) (raw ~ /^\\ / ? substr(raw, 2) : raw); else joinQuote = joinQuote " " raw
        if (quoted(joinQuote)) { emit(joinPath, unquote(strip_comment(joinQuote))); joinQuote = "" }
        next
    }
    line = strip_comment(raw)
    if (join != "") { sub(/^[ \t]+/, "", line); join = join " " line; if (balance(join) <= 0) { flow = join; join = ""; at = 1; flow_value(joinPath) } next }
    if (line ~ /^---( |$)/) {
        flush_scalar(); flush_pending()
        if (started) { doc++; started = 0 }
        depth = 0; sub(/^--- */, "", line); if (line == "") next
    }
    if (line == "..." ) next
    if (line ~ /^%/) next
    if (line ~ /^ *$/) next
    if (line ~ /^ *\t/) { if (line ~ /^[ \t]*$/) next; fail("found character that cannot start any token") }
    started = 1
    match(line, /^ */); indent = RLENGTH; line = substr(line, indent + 1)
    if (hasScalar) {
        if (indent > scalarIndent && !key_end(line) && line !~ /^- /) { scalar = scalar " " line; next }
        flush_scalar()
    }
    if (hasPending && indent > pendingIndent && !key_end(line) && line !~ /^-( |$)/) { hasPending = 0; leaf(pending, line, pendingIndent); next }
    content(indent, line)
}
END { if (!failed) { flush_block(); flush_scalar(); flush_pending(); if (join != "" || joinQuote != "") { NR = NR; fail("unexpected end of the stream") } } if (failed) exit 2 }
