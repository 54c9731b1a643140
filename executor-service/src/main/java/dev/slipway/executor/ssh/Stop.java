package dev.slipway.executor.ssh;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.JumpHost;
import dev.slipway.contracts.order.SshCredential;
import java.util.ArrayList;
import java.util.List;

/// A host that is signed in to: the order's own, or one on the way. Secret: `toString` is what
/// messages call it.
///
/// @param credentialName what `credential` is called
/// @param jump whether it is on the way
record Stop(
        HostAddress address,
        String user,
        MaterialName credentialName,
        SshCredential credential,
        List<String> hostKeys,
        boolean acceptNewHostKey,
        boolean jump) {
    Stop {
        hostKeys = List.copyOf(hostKeys);
    }

    /// All of them, the host itself last.
    static List<Stop> way(HostTarget target, HostAccess access) {
        var way = new ArrayList<Stop>();
        for (int i = 0; i < target.jump().size(); i++) {
            JumpHost hop = target.jump().get(i);
            way.add(
                    new Stop(
                            hop.address(),
                            hop.user(),
                            hop.credential(),
                            access.jump().get(i),
                            hop.hostKeys(),
                            false,
                            true));
        }
        way.add(of(target, access.credential()));
        return way;
    }

    private static Stop of(HostTarget target, SshCredential credential) {
        return new Stop(
                target.address(),
                target.user(),
                target.credential(),
                credential,
                target.hostKeys(),
                target.acceptNewHostKey(),
                false);
    }

    @Override
    public String toString() {
        return jump ? "jump host " + address : address.toString();
    }
}
