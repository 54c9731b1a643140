package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.SshTestClient.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A registry of images on a host, as the real one takes part in pulls: by its address,
/// certificate, login and what was pushed to it.
class RegistryIT {
    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(61, 2);

    private static final String IMAGE = "registry.k8s.io/own-app:1";
    private static final String USERS =
            "robot:"
                    + OpenBSDBCrypt.generate(
                            "2y", "it's".getBytes(StandardCharsets.UTF_8), new byte[16], 4);

    @BeforeEach
    void start() throws IOException {
        Outcome started =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                """
                                set -e
                                mkdir -p /etc/slipway-registry /srv/images
                                cd /etc/slipway-registry
                                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /root/ca.key -out /root/ca.crt -days 30 -subj /CN=kubernetes 2>/dev/null
                                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out /root/r.csr -subj /CN=registry 2>/dev/null
                                printf 'subjectAltName=IP:%1$s\\n' >/root/r.ext
                                openssl x509 -req -in /root/r.csr -CA /root/ca.crt -CAkey /root/ca.key -CAcreateserial -days 30 -extfile /root/r.ext -out crt.pem 2>/dev/null
                                cat crt.pem key.pem >tls.pem
                                cat >htpasswd
                                printf 'version: 0.1\\nstorage:\\n  filesystem: {rootdirectory: "/srv/images"}\\nhttp:\\n  addr: "%1$s:5000"\\n  tls: {certificate: /etc/slipway-registry/tls.pem, key: /etc/slipway-registry/tls.pem, minimumtls: tls1.2}\\nauth:\\n  htpasswd: {realm: slipway, path: /etc/slipway-registry/htpasswd}\\n' >config.yml
                                printf '#!/bin/sh\\n' >/usr/local/bin/registry
                                chmod 755 /usr/local/bin/registry
                                printf '[Service]\\nExecStart=/usr/local/bin/registry serve /etc/slipway-registry/config.yml\\n\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/slipway-registry.service
                                systemctl daemon-reload
                                systemctl enable --now slipway-registry
                                systemctl start containerd
                                systemctl is-active slipway-registry
                                cat /root/ca.crt
                                """
                                        .formatted(address()),
                                USERS + "\n");
        assertThat(started.exitCode()).as(started.both()).isZero();
        assertThat(started.output()).startsWith("active\n");
        String ca = started.output().substring("active\n".length());
        Outcome told =
                HOSTS.ssh()
                        .run(
                                "w1",
                                """
                                mkdir -p /etc/containerd/certs.d/registry.k8s.io
                                cat >/etc/containerd/certs.d/ca.crt
                                printf '[plugins."io.containerd.cri.v1.images".registry]\\n  config_path = "/etc/containerd/certs.d"\\n\\n[plugins."io.containerd.cri.v1.images".registry.configs."%1$s:5000".auth]\\n  auth = "%2$s"\\n' >/etc/containerd/config.toml
                                printf '[host."https://%1$s:5000/v2/registry.k8s.io"]\\n  capabilities = ["pull", "resolve"]\\n  ca = "/etc/containerd/certs.d/ca.crt"\\n  override_path = true\\n' >/etc/containerd/certs.d/registry.k8s.io/hosts.toml
                                systemctl restart containerd
                                """
                                        .formatted(address(), login("it's")),
                                ca);
        assertThat(told.exitCode()).as(told.both()).isZero();
        // Nothing else has the image, and the registry that it is of is far away.
        HOSTS.simulator().host("w1").inject(Fault.fail("registry", "pull", 1, "no network"));
    }

    @AfterEach
    void end() throws IOException {
        HOSTS.simulator().host("w1").clearFaults();
        HOSTS.ssh()
                .run(
                        "cp1",
                        "systemctl disable --now slipway-registry; rm -rf /srv/images /root/* /etc/slipway-registry");
        HOSTS.ssh().run("w1", "crictl rmi " + IMAGE);
    }

    @Test
    void givesWhatWasPushedToItToWhoHasTheLogin() {
        Outcome missing = HOSTS.ssh().run("w1", "crictl pull " + IMAGE);
        assertThat(missing.exitCode()).as(missing.both()).isNotZero();

        Outcome pushed = push("it's");

        assertThat(pushed.exitCode()).as(pushed.both()).isZero();
        assertThat(
                        HOSTS.ssh()
                                .run(
                                        "cp1",
                                        "ls /srv/images/docker/registry/v2/repositories/registry.k8s.io")
                                .output())
                .isEqualTo("own-app\n");
        Outcome pulled =
                HOSTS.ssh().run("w1", "crictl pull %1$s && crictl images -q".formatted(IMAGE));
        assertThat(pulled.exitCode()).as(pulled.both()).isZero();
        assertThat(pulled.output()).contains(IMAGE);
        assertThat(HOSTS.ssh().run("cp1", "ctr -n k8s.io images ls -q").output())
                .as("namespaces are apart")
                .doesNotContain(IMAGE);
    }

    @Test
    void letsNobodyElseIn() {
        Outcome pushed = push("its");

        assertThat(pushed.exitCode()).isEqualTo(1);
        assertThat(pushed.errors()).contains("401");
    }

    @Test
    void isNotBelievedWithAnotherAuthority() {
        assertThat(push("it's").exitCode()).isZero();

        Outcome pulled =
                HOSTS.ssh()
                        .run(
                                "w1",
                                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -out /etc/containerd/certs.d/ca.crt -days 30 -subj /CN=kubernetes 2>/dev/null; crictl pull "
                                        + IMAGE);

        assertThat(pulled.exitCode()).as(pulled.both()).isNotZero();
    }

    @Test
    void isGoneWhileItsServiceIsStopped() {
        assertThat(push("it's").exitCode()).isZero();

        Outcome stopped =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "systemctl stop slipway-registry; systemctl is-active slipway-registry");
        Outcome pulled = HOSTS.ssh().run("w1", "sleep 1; crictl pull " + IMAGE);
        Outcome pushed = push("it's");

        assertThat(stopped.output()).isEqualTo("inactive\n");
        assertThat(pulled.exitCode()).as(pulled.both()).isNotZero();
        assertThat(pushed.errors()).contains("connection refused");
    }

    private static Outcome push(String password) {
        return HOSTS.ssh()
                .run(
                        "cp1",
                        """
                        cd /root
                        printf '[{"RepoTags":["%3$s"]}]' >manifest.json
                        tar -cf images.tar manifest.json
                        ctr -n slipway images import --no-unpack images.tar
                        mkdir -p hosts/%1$s:5000
                        printf '[host."https://%1$s:5000"]\\n  capabilities = ["pull", "resolve", "push"]\\n  ca = "/root/ca.crt"\\n\\n[host."https://%1$s:5000".header]\\n  Authorization = "Basic %2$s"\\n' >hosts/%1$s:5000/hosts.toml
                        ctr -n slipway images push --platform linux/amd64 --hosts-dir /root/hosts %1$s:5000/%3$s %3$s
                        """
                                .formatted(address(), login(password), IMAGE));
    }

    private static String address() {
        return HOSTS.address("cp1");
    }

    private static String login(String password) {
        return Base64.getEncoder()
                .encodeToString(("robot:" + password).getBytes(StandardCharsets.UTF_8));
    }
}
