# Keys, certificates and kubeconfigs, by whatever tool. Sourced.
# expects: $work (directory for what passes), $pki (of new_ca), $algorithm, $days; pki_failed MESSAGE says that one cannot be made, and ends the tool.

new_key() { # FILE
    case ${algorithm:-RSA-2048} in
    ECDSA-P256) how='-algorithm EC -pkeyopt ec_paramgen_curve:P-256' ;;
    ECDSA-P384) how='-algorithm EC -pkeyopt ec_paramgen_curve:P-384' ;;
    RSA-*) how="-algorithm RSA -pkeyopt rsa_keygen_bits:$(echo "${algorithm:-RSA-2048}" | cut -d - -f 2)" ;;
    esac
    # shellcheck disable=SC2086 # words
    (umask 077 && openssl genpkey $how -out "$1" 2>/dev/null)
}

same_pair() { [ "$(openssl x509 -in "$1" -noout -pubkey 2>/dev/null)" = "$(openssl pkey -in "$2" -pubout 2>/dev/null)" ]; }

new_ca() { # BASE CN
    mkdir -p "$(dirname "$pki/$1")"
    new_key "$pki/$1.key"
    openssl req -x509 -new -key "$pki/$1.key" -subj "/CN=$2" -days 3650 -out "$pki/$1.crt" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign 2>/dev/null
    chmod 644 "$pki/$1.crt"
}

# sign OUT CA CN O USAGE SANS: key and certificate by one process, which refuses a CA whose halves do not belong together.
sign() {
    case ${algorithm:-RSA-2048} in
    ECDSA-P384) how='ec -pkeyopt ec_paramgen_curve:P-384' ;;
    RSA-[34]*) how="rsa:${algorithm#RSA-}" ;;
    # The real tools' own keys are RSA-2048 unless told otherwise: a dozen of those take seconds of every start.
    *) how='ec -pkeyopt ec_paramgen_curve:P-256' ;;
    esac
    {
        printf '[req]\ndistinguished_name=dn\n[dn]\n[ext]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=%s\nauthorityKeyIdentifier=keyid\n' "$5"
        [ -z "$6" ] || printf 'subjectAltName=%s\n' "$6"
    } >"$work/leaf.cnf"
    # shellcheck disable=SC2086 # words
    (umask 077 && openssl req -x509 -new -config "$work/leaf.cnf" -extensions ext -newkey $how -nodes -keyout "$1.key" -subj "${4:+/O=$4}/CN=$3" \
        -CA "$2.crt" -CAkey "$2.key" -days "${days:-365}" -out "$1.crt" 2>"$work/sign.errors") ||
        if grep -q 'do not match' "$work/sign.errors"; then
            pki_failed "failed to write or validate certificate \"${1##*/}\": failure while saving ${1##*/} files: x509: provided PrivateKey doesn't match parent's PublicKey"
        else
            pki_failed "failed to write or validate certificate \"${1##*/}\": cannot sign it"
        fi
    chmod 644 "$1.crt"
}

san() { case $1 in *[!0-9.]*) echo "DNS:$1" ;; *) echo "IP:$1" ;; esac; }

kubeconfig_document() { # SERVER CA CLUSTER CONTEXT USER CERTIFICATE KEY
    cat <<END
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: $(base64 -w 0 "$2")
    server: $1
  name: $3
contexts:
- context:
    cluster: $3
    user: $5
  name: $4
current-context: $4
kind: Config
preferences: {}
users:
- name: $5
  user:
    client-certificate-data: $(base64 -w 0 "$6")
    client-key-data: $(base64 -w 0 "$7")
END
}
