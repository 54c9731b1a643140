package dev.slipway.simulator.host;

/// What a host is given when the simulator starts.
///
/// @param name a DNS label
/// @param address that its SSH server listens on
/// @param timeScale simulated durations = real ones × this
/// @param kubernetesVersion of its tools, if the host is new
/// @param password of the user `ops`
/// @param realSudo whether `sudo` is the machine's own instead of a stand-in; needs root
public record HostSetup(
        String name,
        String address,
        double timeScale,
        String kubernetesVersion,
        String password,
        boolean realSudo) {

    @Override
    public String toString() {
        return "HostSetup[name=" + name + ", address=" + address + ", password=***]";
    }
}
