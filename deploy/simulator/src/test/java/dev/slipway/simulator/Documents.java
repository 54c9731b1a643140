package dev.slipway.simulator;

/// kubeadm's documents and other files that the tests give to hosts.
final class Documents {

    static final String TOKEN = "abcdef.0123456789abcdef";

    /// Makes a fresh host ready for kubeadm, as an installer's prepare does.
    static final String PREPARE =
            """
            set -e
            swapoff -a
            sed -i '/swap/d' /etc/fstab
            printf 'overlay\\nbr_netfilter\\n' >/etc/modules-load.d/k8s.conf
            modprobe -a overlay br_netfilter
            printf 'net.bridge.bridge-nf-call-iptables = 1\\nnet.ipv4.ip_forward = 1\\n' >/etc/sysctl.d/99-k8s.conf
            sysctl -q --system
            printf '[Service]\\nExecStart=/usr/bin/kubelet\\nRestart=always\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/kubelet.service
            systemctl daemon-reload
            systemctl enable -q --now containerd
            systemctl enable -q kubelet
            """;

    /// Eight files under /etc/kubernetes/pki, made beforehand.
    static final String AUTHORITY =
            """
            set -e
            mkdir -p /etc/kubernetes/pki/etcd && cd /etc/kubernetes/pki
            for ca in ca:kubernetes etcd/ca:etcd-ca front-proxy-ca:front-proxy-ca; do
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "${ca%:*}.key" -out "${ca%:*}.crt" -days 3650 -subj "/CN=${ca#*:}" \
                    -addext keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign 2>/dev/null
            done
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out sa.key
            openssl pkey -in sa.key -pubout -out sa.pub
            """;

    /// Prints the pin of the CA.
    static final String PIN =
            "openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d ' ' -f 1";

    static final String CNI =
            """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: kube-flannel
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata:
              name: kube-flannel-ds
              namespace: kube-flannel
            spec:
              template:
                spec:
                  hostNetwork: true
            """;

    private Documents() {}

    static String init(String address) {
        return """
        apiVersion: kubeadm.k8s.io/v1beta4
        kind: InitConfiguration
        bootstrapTokens:
        - token: %s
          ttl: 2h0m0s
        localAPIEndpoint:
          advertiseAddress: %s
        ---
        apiVersion: kubeadm.k8s.io/v1beta4
        kind: ClusterConfiguration
        kubernetesVersion: v1.36.2
        controlPlaneEndpoint: %s:6443
        encryptionAlgorithm: ECDSA-P256
        networking:
          podSubnet: 10.244.0.0/16
        """
                .formatted(TOKEN, address, address);
    }

    static String join(String endpoint, String token, String pin, String discovery) {
        return """
        apiVersion: kubeadm.k8s.io/v1beta4
        kind: JoinConfiguration
        discovery:
          bootstrapToken:
            token: %s
            apiServerEndpoint: %s:6443
            caCertHashes:
            - sha256:%s
        timeouts:
          discovery: %s
        """
                .formatted(token, endpoint, pin, discovery);
    }
}
