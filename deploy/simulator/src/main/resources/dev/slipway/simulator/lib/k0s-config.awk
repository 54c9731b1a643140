# What k0s says of a configuration whose fields it knows. First file: k0s-schema.txt; second: the styled flat documents, of which it reads the first.
# Prints "shape message" for values of the wrong type, then a line for each rule that is broken. Variable ipv6: the feature gate IPv6SingleStack.
function pattern(path,    n, c, i, out) {
    n = split(path, c, "|"); out = c[1]
    for (i = 2; i <= n; i++) out = out (c[i] ~ /^[0-9]+$/ ? "[]" : "." c[i])
    return out
}
function type_of(path,    p, up) {
    p = pattern(path)
    if (p in type) return type[p]
    up = p
    while (sub(/(\.[^.]*|\[\])$/, "", up)) { if ((up ".*") in type) return type[up ".*"]; if ((up ".**") in type) return "any" }
    return "any"
}
# What YAML makes of a plain scalar.
function kind_of(v) {
    if (v ~ /^(true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|y|Y|n|N)$/) return "bool"
    if (v ~ /^[-+]?[0-9][0-9_]*$/ || v ~ /^[-+]?0x[0-9a-fA-F]+$/) return "int"
    if (v ~ /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/) return "float"
    return "string"
}
function wrong(path, what) { print "shape json: cannot unmarshal " what " into Go struct field ClusterConfig." pattern(path) " of type " (type_of(path) ~ /duration|nanoseconds/ ? "string" : type_of(path)) }
function duration(v) { return v == "0" || v ~ /^[-+]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(h|m|s|ms|us|ns))+$/ }
function check_type(path, v, quoted,    want, is) {
    want = type_of(path)
    if (want == "any" || (!quoted && (v == "null" || v == "{}" || v == "[]"))) return
    is = quoted ? "string" : kind_of(v)
    if (want == "nanoseconds") { if (is == "int" || (is == "string" && duration(v))) return; if (is == "string") want = "duration" }
    if (want == "duration") { if (is != "string") wrong(path, is == "bool" ? is : "number"); else if (!duration(v)) print "shape time: " (v ~ /^[-+]?[0-9.]+$/ ? "missing unit in" : "invalid") " duration \"" v "\""; return }
    if (want == is) return
    if (want == "int" && is == "float") { wrong(path, "number " v); return }
    wrong(path, is == "int" || is == "float" ? "number" : is)
}
# Whether something stands at the path or below.
function has(path) { return path in there }
function said(path, standard) { return (path in value) && value[path] != "null" && value[path] != "" ? value[path] : standard }
# As said, but for what may not be empty: then nothing takes the default's place.
function as_said(path, standard) { return (path in value) && value[path] != "null" ? value[path] : standard }
function yes(path) { return said(path, "false") ~ /^([tT]rue|TRUE|[yY]es|YES|[oO]n|ON|y|Y)$/ }
function report(text) { print text }
function invalid(where, v, why) { report(where ": Invalid value: " (v ~ /^-?[0-9]+$/ ? v : "\"" v "\"") ": " why) }
function unsupported(where, v, words,    n, w, i, list) {
    n = split(words, w, " ")
    for (i = 1; i <= n; i++) list = list (i > 1 ? ", " : "") "\"" w[i] "\""
    report(where ": Unsupported value: \"" v "\": supported values: " list)
}
function one_of(v, words) { return index(" " words " ", " " v " ") > 0 && v !~ / / && v != "" }
function ip4(v,    n, o, i) {
    n = split(v, o, "."); if (n != 4) return 0
    for (i = 1; i <= 4; i++) if (o[i] !~ /^(0|[1-9][0-9]*)$/ || o[i] > 255) return 0
    return 1
}
function ip6(v,    n, g, i, groups, gap, rest) {
    if (v !~ /:/ || v ~ /:::/ || v ~ /^:[^:]/ || v ~ /[^:]:$/) return 0
    rest = v; gap = gsub(/::/, ":", rest); if (gap > 1) return 0
    n = split(v, g, ":")
    for (i = 1; i <= n; i++) {
        if (g[i] == "") continue
        if (g[i] ~ /\./) { if (i < n || !ip4(g[i])) return 0; groups += 2; continue }
        if (g[i] !~ /^[0-9a-fA-F]+$/ || length(g[i]) > 4) return 0
        groups++
    }
    return gap ? groups < 8 : groups == 8
}
function ip(v) { return ip4(v) || ip6(v) }
function cidr(v,    p) { return split(v, p, "/") == 2 && p[2] ~ /^(0|[1-9][0-9]*)$/ && (ip4(p[1]) && p[2] <= 32 || ip6(p[1]) && p[2] <= 128) }
function prefix_of(v,    p) { split(v, p, "/"); return p[2] + 0 }
function dns(v,    n, l, i) {
    sub(/[._]$/, "", v)
    if (v == "" || length(v) > 255 || ip(v)) return 0
    n = split(v, l, ".")
    for (i = 1; i <= n; i++) if (l[i] !~ /^[a-zA-Z0-9_][a-zA-Z0-9_-]*$/ || length(l[i]) > 63) return 0
    return 1
}
function label(v,    n, l, i) {
    if (v == "" || length(v) > 253) return 0
    n = split(v, l, ".")
    for (i = 1; i <= n; i++) if (l[i] !~ /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/) return 0
    return 1
}
function host_port(v,    p) {
    if (ip(v) || dns(v)) return 1
    if (!match(v, /:[0-9]+$/)) return 0
    p = substr(v, RSTART + 1); v = substr(v, 1, RSTART - 1); gsub(/^\[|\]$/, "", v)
    return (ip(v) || dns(v)) && p >= 1 && p <= 65535
}
function port(where, path, standard,    v) { v = said(path, standard); if (v == 0) v = standard; if (v < 1 || v > 65535) invalid(where, v, "must be between 1 and 65535, inclusive") }
# How many items the list at path has.
function items(path,    i) { i = 0; while (has(path "|" i)) i++; return i }

function api(    a, i) {
    a = said("spec|api|address", "")
    if (a != "" && !ip(a)) invalid("spec: api: address", a, "invalid IP address")
    if (a == "0.0.0.0" || a == "::") invalid("spec: api: address", a, "invalid INADDR_ANY")
    a = said("spec|api|externalAddress", "")
    if (a != "" && !host_port(a)) invalid("spec: api: externalAddress", a, "invalid IP address / DNS name")
    if (a == "0.0.0.0" || a == "::") invalid("spec: api: externalAddress", a, "invalid INADDR_ANY")
    port("spec: api: k0sApiPort", "spec|api|k0sApiPort", 9443)
    port("spec: api: port", "spec|api|port", 6443)
    for (i = 0; i < items("spec|api|sans"); i++) { a = value["spec|api|sans|" i]; if (!ip(a) && !dns(a)) invalid("spec: api: sans[" i "]", a, "invalid IP address / DNS name") }
}
function storage(    at, i, n, files) {
    if (!one_of(as_said("spec|storage|type", "etcd"), "etcd kine")) unsupported("spec: storage: type", value["spec|storage|type"], "etcd kine")
    at = "spec|storage|etcd|peerAddress"
    if (said(at, "") != "" && !ip(value[at])) invalid("spec: storage: etcd.peerAddress", value[at], "invalid IP address")
    at = "spec|storage|etcd|externalCluster"
    if (!has(at) || ((at in value) && value[at] == "null")) return
    n = items(at "|endpoints")
    if (!n) report("spec: storage: spec.storage.etcd.externalCluster.endpoints cannot be null or empty")
    for (i = 0; i < n; i++) if (said(at "|endpoints|" i, "") == "") { report("spec: storage: spec.storage.etcd.externalCluster.endpoints cannot contain empty strings"); break }
    if (said(at "|etcdPrefix", "") == "") report("spec: storage: spec.storage.etcd.externalCluster.etcdPrefix cannot be empty")
    files = (said(at "|caFile", "") != "") + (said(at "|clientCertFile", "") != "") + (said(at "|clientKeyFile", "") != "")
    if (files == 1 || files == 2) report("spec: storage: spec.storage.etcd.externalCluster is invalid: all TLS properties [caFile,clientCertFile,clientKeyFile] must be defined or none of those")
}
function network(    p, pods, services, good, dual, v, at) {
    p = as_said("spec|network|provider", "kuberouter")
    if (p == "") report("spec: network: provider: Required value")
    else if (!one_of(p, "kuberouter calico custom")) unsupported("spec: network: provider", p, "kuberouter calico custom")
    pods = as_said("spec|network|podCIDR", "10.244.0.0/16"); services = as_said("spec|network|serviceCIDR", "10.96.0.0/12")
    dual = yes("spec|network|dualStack|enabled")
    if (!cidr(pods)) invalid("spec: network: podCIDR", pods, "invalid CIDR address")
    if (!cidr(services)) invalid("spec: network: serviceCIDR", services, "invalid CIDR address")
    if (cidr(pods) && cidr(services)) {
        if ((pods ~ /:/) != (services ~ /:/)) invalid("spec: network: podCIDR", pods, "podCIDR and serviceCIDR must be both IPv4 or IPv6")
        if (services ~ /:/ && prefix_of(services) > 108) invalid("spec: network: serviceCIDR", services, "IPv6 service CIDR prefix must be <= 108")
        if (!dual && pods ~ /:/ && !ipv6) invalid("spec: network: podCIDR", pods, "feature gate IPv6SingleStack must be explicitly enabled to use IPv6 single stack")
    }
    v = as_said("spec|network|clusterDomain", "cluster.local")
    if (!dns(v)) invalid("spec: network: clusterDomain", v, "invalid DNS name")
    if (dual) {
        if (p == "calico" && said("spec|network|calico|mode", "vxlan") != "bird") report("spec: network: calico.mode: Forbidden: dual-stack for calico is only supported for mode `bird`")
        v = said("spec|network|dualStack|IPv6podCIDR", "")
        if (!cidr(v)) invalid("spec: network: dualStack.IPv6podCIDR", v, "invalid CIDR address")
        v = said("spec|network|dualStack|IPv6serviceCIDR", "")
        if (!cidr(v)) invalid("spec: network: dualStack.IPv6serviceCIDR", v, "invalid CIDR address")
        else if (v ~ /:/ && prefix_of(v) < 108) invalid("spec: network: dualStack.IPv6serviceCIDR", v, "IPv6 service CIDR prefix must be <= 108")
        if (pods ~ /:/) invalid("spec: network: podCIDR", pods, "if DualStack is enabled, podCIDR must be IPv4")
        if (services ~ /:/) invalid("spec: network: serviceCIDR", services, "if DualStack is enabled, serviceCIDR must be IPv4")
    }
    v = said("spec|network|primaryAddressFamily", "")
    if (v != "" && !one_of(v, "IPv4 IPv6")) unsupported("spec: network: addressFamily", v, "IPv4 IPv6")
    v = as_said("spec|network|kubeProxy|mode", "iptables")
    if (!yes("spec|network|kubeProxy|disabled") && !one_of(v, "iptables ipvs userspace nftables")) report("spec: network: unsupported mode " v " for kubeProxy config")
    if (has("spec|network|calico") && p == "calico") {
        v = as_said("spec|network|calico|mode", "vxlan")
        if (v == "") report("spec: network: calico.mode: Required value"); else if (!one_of(v, "bird vxlan ipip")) unsupported("spec: network: calico.mode", v, "bird vxlan ipip")
        v = said("spec|network|calico|overlay", "Always")
        if (!one_of(v, "Always Never CrossSubnet")) unsupported("spec: network: calico.overlay", v, "Always Never CrossSubnet")
    }
    at = "spec|network|kuberouter"
    if (has(at) && p == "kuberouter") {
        v = said(at "|hairpin", "Enabled")
        if (!one_of(v, "Enabled Allowed Disabled")) unsupported("spec: network: kuberouter.hairpin", v, "Enabled Allowed Disabled")
        if (said(at "|mtu", 0) > 0 && ((at "|autoMTU") in value ? yes(at "|autoMTU") : 1)) invalid("spec: network: kuberouter.mtu", value[at "|mtu"], "autoMTU must be false")
        v = said(at "|metricsPort", 8080)
        if (v < 0 || v > 65535) invalid("spec: network: kuberouter.metricsPort", v, "must be between 0 and 65535, inclusive")
    }
    node_local(); control_plane()
    patches("spec|network|calico|patches", "spec: network: calico.patches"); patches("spec|network|kuberouter|patches", "spec: network: kuberouter.patches")
    patches("spec|network|kubeProxy|patches", "spec: network: kubeProxy.patches"); patches("spec|network|coreDNS|patches", "spec: network: coreDNS.patches")
}
function node_local(    at, v, w, n, i) {
    at = "spec|network|nodeLocalLoadBalancing"
    v = said(at "|type", "EnvoyProxy")
    if (!one_of(v, "EnvoyProxy Traefik")) unsupported("spec: network: nodeLocalLoadBalancing.type", v, "EnvoyProxy Traefik")
    n = split("envoyProxy traefik", w, " ")
    for (i = 1; i <= n; i++) {
        if (!has(at "|" w[i])) continue
        v = said(at "|" w[i] "|imagePullPolicy", "")
        if (v != "" && !one_of(v, "Always Never IfNotPresent")) unsupported("spec: network: nodeLocalLoadBalancing." w[i] ".imagePullPolicy", v, "Always Never IfNotPresent")
        port("spec: network: nodeLocalLoadBalancing." w[i] ".apiServerBindPort", at "|" w[i] "|apiServerBindPort", 7443)
        port("spec: network: nodeLocalLoadBalancing." w[i] ".konnectivityServerBindPort", at "|" w[i] "|konnectivityServerBindPort", 7132)
        image(at "|" w[i] "|image", "spec: network: nodeLocalLoadBalancing." w[i] ".image")
    }
    if (yes(at "|enabled") && said("spec|api|externalAddress", "") != "")
        report("spec: network.nodeLocalLoadBalancing.enabled: Forbidden: node-local load balancing cannot be used in conjunction with an external Kubernetes API server address")
}
function control_plane(    at, here, i, j, n, m, v, w) {
    at = "spec|network|controlPlaneLoadBalancing"
    if (!has(at)) return
    v = said(at "|type", "Keepalived")
    if (v != "Keepalived") report("spec: controlPlaneLoadBalancing: unsupported CPLB type: " v ". Only allowed value: Keepalived")
    here = at "|keepalived|vrrpInstances"; n = items(here)
    for (i = 0; i < n; i++) {
        w = here "|" i "|"
        v = said(w "virtualRouterID", 51 + i)
        if (v == 0) v = 51 + i
        if ((w "virtualRouterID") in value && (v < 0 || v > 255)) report("spec: controlPlaneLoadBalancing: VirtualRouterID must be in the range of 1-255")
        else if (v > 255) report("spec: controlPlaneLoadBalancing: automatic virtualRouterIDs exceeded, specify them explicitly")
        if (said(w "advertIntervalSeconds", 1) < 0) report("spec: controlPlaneLoadBalancing: AdvertIntervalSeconds must be positive")
        v = said(w "authPass", "")
        if (v == "") report("spec: controlPlaneLoadBalancing: AuthPass must be defined")
        if (length(v) > 8) report("spec: controlPlaneLoadBalancing: AuthPass must be 8 characters or less")
        m = items(w "virtualIPs")
        if (!m) report("spec: controlPlaneLoadBalancing: VirtualIPs must be defined")
        for (j = 0; j < m; j++) if (!cidr(value[w "virtualIPs|" j])) report("spec: controlPlaneLoadBalancing: VirtualIPs must be a CIDR. Got: " value[w "virtualIPs|" j])
        v = said(w "unicastSourceIP", "")
        if (v != "" && !ip(v)) report("spec: controlPlaneLoadBalancing: UnicastPeers require a valid UnicastSourceIP")
        else if (v == "" && items(w "unicastPeers")) report("spec: controlPlaneLoadBalancing: UnicastPeers require a valid UnicastSourceIP")
        for (j = 0; j < items(w "unicastPeers"); j++) if (!ip(value[w "unicastPeers|" j])) report("spec: controlPlaneLoadBalancing: invalid unicast peer IP address: " value[w "unicastPeers|" j])
    }
    here = at "|keepalived|virtualServers"; n = items(here)
    for (i = 0; i < n; i++) {
        w = here "|" i "|"
        v = said(w "ipAddress", "")
        if (v == "") report("spec: controlPlaneLoadBalancing: IPAddress must be defined")
        if (!ip(v)) report("spec: controlPlaneLoadBalancing: invalid IP address: " v)
        v = said(w "lbAlgo", "rr")
        if (!one_of(v, "rr wrr lc wlc lblc dh sh sed nq")) report("spec: controlPlaneLoadBalancing: invalid LBAlgo: " v " ")
        v = said(w "lbKind", "DR")
        if (!one_of(v, "NAT DR TUN")) report("spec: controlPlaneLoadBalancing: invalid LBKind: " v " ")
        v = said(w "persistenceTimeoutSeconds", 360)
        if (v < 0 || v > 2678400) report("spec: controlPlaneLoadBalancing: PersistenceTimeout must be in the range of 1-2678400")
        if (said(w "delayLoop", "1m") ~ /^-/) report("spec: controlPlaneLoadBalancing: DelayLoop must be positive")
    }
    if (n && said("spec|api|externalAddress", "") != "") report("spec: controlPlaneLoadBalancing: .spec.api.externalAddress and virtual servers cannot be used together")
    port("spec: controlPlaneLoadBalancing: userSpaceProxyBindPort", at "|keepalived|userSpaceProxyBindPort", 6444)
}
function patches(path, where,    i, w) {
    for (i = 0; i < items(path); i++) {
        w = path "|" i "|"
        if (!one_of(said(w "patch|type", ""), "JSON StrategicMergePatch MergePatch")) invalid(where "[" i "].patch.type", said(w "patch|type", ""), "must be one of JSON, StrategicMergePatch, MergePatch")
        if (said(w "target|kind", "") == "") report(where "[" i "].target.kind: Required value: must be specified")
        if (said(w "target|name", "") == "") report(where "[" i "].target.name: Required value: must be specified")
    }
}
function image(path, where,    v) {
    if ((path "|image") in value) {
        v = as_said(path "|image", "x")
        if (v == "") report(where ".image: Required value"); else if (v ~ /^[ \t]|[ \t]$/) invalid(where ".image", v, "must not have leading or trailing whitespace")
    }
    if ((path "|version") in value) {
        v = as_said(path "|version", "x")
        if (v !~ /^[a-zA-Z0-9_][a-zA-Z0-9_.-]*(@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]+)?$/ || length(v) > 255) invalid(where ".version", v, "must match regular expression: ^[\\w][\\w.-]{0,127}(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*[:][[:xdigit:]]{32,})?$")
    }
}
function images(    n, w, i, v) {
    v = as_said("spec|images|default_pull_policy", "IfNotPresent")
    if (v != "" && !one_of(v, "Always IfNotPresent Never")) unsupported("spec: default_pull_policy", v, "Always IfNotPresent Never")
    n = split("konnectivity pushgateway metricsserver kubeproxy coredns pause windows calico|cni calico|node calico|kubecontrollers calico|windows kuberouter|cni kuberouter|cniInstaller", w, " ")
    for (i = 1; i <= n; i++) { v = w[i]; gsub(/\|/, ".", v); image("spec|images|" w[i], "spec: images." v) }
}
function profiles(    i, name, path, p) {
    for (i = 0; i < items("spec|workerProfiles"); i++) {
        path = "spec|workerProfiles|" i
        name = said(path "|name", "")
        if (name == "") report("spec: workerProfiles[" i "].name: Required value")
        else if (!label(name)) invalid("spec: workerProfiles[" i "].name", name, "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character")
        else if (name in profile) report("spec: workerProfiles[" i "].name: Duplicate value: \"" name "\"")
        profile[name] = 1
        for (p in locked) if (has(path "|values|" p)) report("spec: workerProfiles[" i "].values." p ": Forbidden: may not be used in k0s worker profiles")
        if ((path "|values") in value && value[path "|values"] !~ /^(null|\{\})$/) report("spec: workerProfiles[" i "].values: Invalid value: must be an object")
    }
}
function extensions(    at, i, v) {
    v = said("spec|extensions|storage|type", "external_storage")
    if (!one_of(v, "external_storage openebs_local_storage")) report("spec: extensions: unsupported storage mode `" v "`")
    at = "spec|extensions|helm|repositories|"
    for (i = 0; has(at i); i++) {
        if (said(at i "|name", "") == "") report("spec: extensions: repository must have Name field not empty")
        if (said(at i "|url", "") == "") report("spec: extensions: repository must have URL field not empty")
    }
    at = "spec|extensions|helm|charts|"
    for (i = 0; has(at i); i++) {
        v = said(at i "|name", "")
        if (v == "") report("spec: extensions: chart must have Name field not empty")
        else if (!label(v) || length(v) > 53) report("spec: extensions: invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53")
        if (said(at i "|chartname", "") == "") report("spec: extensions: chart must have ChartName field not empty")
        if (said(at i "|namespace", "") == "") report("spec: extensions: chart must have TargetNS field not empty")
    }
}
FILENAME ~ /schema.txt$/ { split($0, w, " "); type[w[3]] = w[4]; next }
$1 == "0" {
    if ($2 == "kind" || $2 == "apiVersion") next
    check_type($2, $3, $4 == "q")
    value[$2] = $3
    n = split($2, c, "|"); at = ""
    for (i = 1; i <= n; i++) { at = at (i > 1 ? "|" : "") c[i]; there[at] = 1 }
}
END {
    split("clusterDNS clusterDomain apiVersion kind staticPodURL", w, " "); for (i in w) locked[w[i]] = 1
    api(); storage(); network(); extensions()
    port("spec: konnectivity: adminPort", "spec|konnectivity|adminPort", 8133); port("spec: konnectivity: agentPort", "spec|konnectivity|agentPort", 8132)
    for (i = 0; has("spec|featureGates|" i); i++) if (said("spec|featureGates|" i "|name", "") == "") report("spec: feature gate must have name")
    profiles(); images(); patches("spec|metricsServer|patches", "spec: metricsServer.patches")
}
