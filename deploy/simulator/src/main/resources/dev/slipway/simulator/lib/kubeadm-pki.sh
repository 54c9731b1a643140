# Certificates and kubeconfigs as kubeadm makes them: existing files are used, checked as little as kubeadm does. Sourced.
# expects: $pki (directory), $algorithm, $days, $name (node), $advertise, $sans (comma list, without prefix)
. "$SIM/lib/pki.sh"

pki_failed() { phase_failed "$1"; }

key_trouble() { # FILE
    case $(openssl pkey -in "$1" -passin pass: -noout -text 2>/dev/null | head -n 1) in
    *ED25519* | *ED448* | *X25519*) echo "the private key file $1 is neither in RSA nor ECDSA format" ;;
    *Private-Key*) return 1 ;;
    *) echo "couldn't load the private key file $1: data does not contain a valid RSA or ECDSA private key" ;;
    esac
}

# ca_ready BASE CN SHOWN: uses, half-uses (no key: external) or makes a CA.
ca_ready() {
    if [ -e "$pki/$1.crt" ]; then
        openssl x509 -in "$pki/$1.crt" -noout 2>/dev/null || phase_failed "failure loading $3 certificate: couldn't load the certificate file $pki/$1.crt: error reading $pki/$1.crt: data does not contain any valid RSA or ECDSA certificates"
        openssl x509 -in "$pki/$1.crt" -noout -checkend 0 >/dev/null || warn "WARNING: could not validate bounds for certificate $3: the certificate has expired: NotAfter: $(openssl x509 -in "$pki/$1.crt" -noout -enddate | cut -d = -f 2), now: $(date -u)"
        openssl x509 -in "$pki/$1.crt" -noout -text | grep -q 'CA:TRUE' || phase_failed "$3 certificate is not a certificate authority"
        if [ ! -e "$pki/$1.key" ]; then
            echo "[certs] Using existing $3 keyless certificate authority"
            return
        fi
        trouble=$(key_trouble "$pki/$1.key") && phase_failed "failure loading $3 certificate authority: $trouble"
        echo "[certs] Using existing $3 certificate authority"
    else
        echo "[certs] Generating \"$3\" certificate and key"
        new_ca "$1" "$2"
    fi
}

# leaf BASE CA CN O USAGE SANS: makes a certificate unless one is there that its CA signed.
leaf() {
    shown=$(echo "$1" | tr '/' '-' | sed 's/^etcd-/etcd\//')
    if [ -e "$pki/$1.crt" ] && [ -e "$pki/$1.key" ]; then
        openssl verify -partial_chain -CAfile "$pki/$2.crt" "$pki/$1.crt" >/dev/null 2>&1 || phase_failed "certificate $1 is not signed by corresponding CA"
        echo "[certs] Using existing $shown certificate and key on disk"
        return
    fi
    echo "[certs] Generating \"$shown\" certificate and key"
    [ -e "$pki/$2.key" ] || phase_failed "couldn't load CA certificate $2: couldn't load $2 certificate authority from $pki: failed to load key: couldn't load the private key file $pki/$2.key: open $pki/$2.key: no such file or directory"
    sign "$pki/$1" "$pki/$2" "$3" "$4" "$5" "$6"
    case $5 in *serverAuth*) echo "[certs] $shown serving cert is signed for DNS names [$(san_list "$6" DNS)] and IPs [$(san_list "$6" IP)]" ;; esac
}

san_list() { echo "$1" | tr ',' '\n' | sed -n "s/^$2://p" | paste -s -d ' '; }

apiserver_sans() {
    all="DNS:$name,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.$domain,IP:$service_ip,IP:$advertise"
    for more in $(echo "${endpoint%:*},$sans" | tr ',' ' '); do
        entry=$(san "$more")
        case ",$all," in *",$entry,"*) ;; *) all="$all,$entry" ;; esac
    done
    echo "$all"
}

pki_leaves() {
    mkdir -p "$pki/etcd"
    admins=''
    [ "$(minor "$version")" -ge 29 ] || admins=system:masters
    leaf apiserver ca kube-apiserver '' serverAuth "$(apiserver_sans)"
    leaf apiserver-kubelet-client ca kube-apiserver-kubelet-client "${admins:-kubeadm:cluster-admins}" clientAuth ''
    leaf front-proxy-client front-proxy-ca front-proxy-client '' clientAuth ''
    both="DNS:$name,DNS:localhost,IP:$advertise,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1"
    leaf etcd/server etcd/ca "$name" '' serverAuth,clientAuth "$both"
    leaf etcd/peer etcd/ca "$name" '' serverAuth,clientAuth "$both"
    leaf etcd/healthcheck-client etcd/ca kube-etcd-healthcheck-client "$admins" clientAuth ''
    leaf apiserver-etcd-client etcd/ca kube-apiserver-etcd-client "$admins" clientAuth ''
}

# sa.pub is not looked at; without sa.key a new pair replaces it.
service_account_ready() {
    if [ -e "$pki/sa.key" ]; then
        echo '[certs] Using the existing "sa" key'
    else
        echo '[certs] Generating "sa" key and public key'
        new_key "$pki/sa.key"
        openssl pkey -in "$pki/sa.key" -pubout -out "$pki/sa.pub" && chmod 644 "$pki/sa.pub"
    fi
}

# kubeconfig_write FILE SERVER CN O
kubeconfig_write() {
    file=/etc/kubernetes/$1
    if [ -s "$file" ]; then
        mkdir -p "$work/old" && kubeconfig_open "$file" "$work/old"
        [ "$(pin "$work/old/ca.crt")" = "$(pin "$pki/ca.crt")" ] || phase_failed "a kubeconfig file \"$file\" exists already but has got the wrong CA cert"
        [ "$server" = "$2" ] || phase_failed "a kubeconfig file \"$file\" exists already but has an unexpected API Server URL: expected: $2, got: $server"
        echo "[kubeconfig] Using existing kubeconfig file: \"$file\""
        return
    fi
    echo "[kubeconfig] Writing \"$1\" kubeconfig file"
    sign "$work/$1" "$pki/ca" "$3" "$4" clientAuth ''
    kubeconfig_text "$2" "$3" "$work/$1.crt" "$work/$1.key" >"$work/$1.yaml"
    (umask 077 && cat "$work/$1.yaml" >"$file")
    rm -f "$work/$1.key"
}

kubeconfig_text() { # SERVER USER CERTIFICATE KEY
    kubeconfig_document "$1" "$pki/ca.crt" kubernetes "$2@kubernetes" "$2" "$3" "$4"
}

# The kubelet's own certificate lies in a file it rotates; kubelet.conf points to it at the end.
kubelet_certificate() { # CERTIFICATE KEY
    mkdir -p /var/lib/kubelet/pki
    made=/var/lib/kubelet/pki/kubelet-client-$(date +%Y-%m-%d-%H-%M-%S).pem
    (umask 077 && cat "$1" "$2" >"$made")
    ln -sfn "$made" /var/lib/kubelet/pki/kubelet-client-current.pem
    kubelet_serving
}

# What it serves with is the kubelet's own affair: self-signed.
kubelet_serving() {
    mkdir -p /var/lib/kubelet/pki
    if [ ! -e /var/lib/kubelet/pki/kubelet.crt ]; then
        (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /var/lib/kubelet/pki/kubelet.key -subj "/CN=$name@$(date +%s)" -days 365 -out /var/lib/kubelet/pki/kubelet.crt 2>/dev/null)
        chmod 644 /var/lib/kubelet/pki/kubelet.crt
    fi
}

kubelet_conf_rotatable() { # SERVER
    current=/var/lib/kubelet/pki/kubelet-client-current.pem
    kubeconfig_text "$1" "system:node:$name" /dev/null /dev/null |
        sed "s#client-certificate-data:.*#client-certificate: $current#; s#client-key-data:.*#client-key: $current#" >"$work/kubelet.conf"
    (umask 077 && cat "$work/kubelet.conf" >/etc/kubernetes/kubelet.conf)
}
