# Reads base64 as Go's decoder does, line ends aside: prints what is wrong with it and exits with 1.
{ gsub(/\r/, ""); text = text $0 }
function bad(at) { print "illegal base64 data at input byte " at; failed = 1; exit 1 }
END {
    if (failed) exit 1
    n = length(text)
    for (i = 1; i <= n; i++) {
        c = substr(text, i, 1); j = (i - 1) % 4
        if (c == "=") {
            if (j < 2) bad(i - 1)
            if (j == 2) { i++; if (i > n) bad(n); if (substr(text, i, 1) != "=") bad(i - 1) }
            if (i < n) bad(i)
            exit 0
        }
        if (c !~ /[A-Za-z0-9+\/]/) bad(i - 1)
    }
    if (n % 4) bad(n - n % 4)
}
