package dev.slipway.executor.ssh;

import dev.slipway.executor.ExecutorConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.kex.DHGEXClient;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.signature.Signature;

/// The algorithms that are offered to hosts, as the settings name them.
final class Algorithms {
    private static final String SETTING = "slipway.executor.ssh.";

    private Algorithms() {}

    /// @throws IllegalArgumentException if a setting names none or an unknown one, with all there
    ///   are
    static void apply(ExecutorConfig.Ssh config, SshClient client) {
        client.setKeyExchangeFactories(
                chosen("key-exchange", config.keyExchange(), keyExchanges()));
        client.setCipherFactories(chosen("ciphers", config.ciphers(), client.getCipherFactories()));
        client.setMacFactories(chosen("macs", config.macs(), client.getMacFactories()));
        client.setSignatureFactories(signatures(config.signatures(), client));
    }

    private static List<KeyExchangeFactory> keyExchanges() {
        return ClientBuilder.DEFAULT_KEX_PREFERENCE.stream()
                .filter(BuiltinDHFactories::isSupported)
                .map(factory ->
                        factory.isGroupExchange()
                                ? DHGEXClient.newFactory(factory)
                                : CertifyingExchange.factory(factory))
                .toList();
    }

    /// Each with that of its certificates, which come first.
    private static List<NamedFactory<Signature>> signatures(List<String> names, SshClient client) {
        List<NamedFactory<Signature>> all = client.getSignatureFactories();
        List<NamedFactory<Signature>> plain =
                chosen(
                        "signatures",
                        names,
                        all.stream().filter(factory -> !ofCertificates(factory)).toList());
        Stream<NamedFactory<Signature>> certified =
                plain.stream()
                        .flatMap(chosen ->
                                all.stream()
                                        .filter(Algorithms::ofCertificates)
                                        .filter(factory -> belongs(factory, chosen)));
        return Stream.concat(certified, plain.stream()).toList();
    }

    static boolean ofCertificates(NamedResource signature) {
        return KeyUtils.isCertificateAlgorithm(signature.getName());
    }

    /// `ssh-ed25519-cert-v01@openssh.com` to `ssh-ed25519`.
    private static boolean belongs(NamedResource certified, NamedResource plain) {
        return certified.getName().startsWith(plain.getName() + "-cert-");
    }

    private static <F extends NamedResource> List<F> chosen(
            String setting, List<String> names, List<F> known) {
        List<F> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(
                    known.stream()
                            .filter(factory -> factory.getName().equals(name))
                            .findFirst()
                            .orElseThrow(() -> unknown(setting, "\"" + name + "\"", known)));
        }
        if (chosen.isEmpty()) {
            throw unknown(setting, "nothing", known);
        }
        return chosen;
    }

    private static IllegalArgumentException unknown(
            String setting, String found, List<? extends NamedResource> known) {
        return new IllegalArgumentException(
                "cannot offer %s as %s%s: expected one or more of %s"
                        .formatted(found, SETTING, setting, NamedResource.getNames(known)));
    }
}
