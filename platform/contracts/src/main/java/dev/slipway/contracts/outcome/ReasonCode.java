package dev.slipway.contracts.outcome;

/// Why something did not succeed. Stable: a code is never renamed or given another meaning.
/// `slipway explain CODE` prints both texts.
public enum ReasonCode {
    // Reaching the host
    HOST_UNREACHABLE(
            "No TCP connection to the host's SSH port.",
            "Check address, port, routing and firewall; a host behind another one needs ssh.jump. A machine that is gone for good: absent: true in its entry of spec.hosts."),
    CONNECT_TIMEOUT(
            "The host took the connection but its SSH server did not answer in time.",
            "Check the load of the host and of its sshd (MaxStartups), then retry."),
    HOST_KEY_UNKNOWN(
            "No SSH host key is known for the host, so nothing was sent to it.",
            "Compare the fingerprint with the host's, then `slipway hosts trust ADDRESS`; or pin it in the Clusterfile (ssh.hostKeys)."),
    HOST_KEY_CHANGED(
            "The host shows another SSH host key than the known one.",
            "Someone may be in between. If the machine was reinstalled: `slipway hosts trust ADDRESS --replace` after comparing fingerprints."),
    HOST_CERTIFICATE_REFUSED(
            "The host shows an SSH certificate that can't be trusted.",
            "Certify its host key anew for the address in the Clusterfile (ssh-keygen -s CA -h -n ADDRESS), or pin the authority that signs (ssh.hostKeys: \"@cert-authority …\")."),
    AUTHENTICATION_FAILED(
            "The host refused the user with every credential offered.",
            "Check ssh.user and the credential; send it again with `slipway apply`."),
    SUDO_REFUSED(
            "The user may not become root with sudo.",
            "Add the user to sudoers; the README has the line."),
    SUDO_PASSWORD_WRONG(
            "sudo refused the password.",
            "Check the password given for sudo (ssh.sudoPassword or ssh.passwd)."),
    SUDO_PASSWORD_MISSING(
            "sudo asks for a password and none was given.",
            "Set ssh.sudoPassword (or ssh.passwd), or allow sudo without password for the user."),
    SESSION_LOST(
            "The connection broke and the host could not be reached again in time; the command may still run there.",
            "Nothing is lost: the task is attempted again and first looks at the host's journal."),
    // The host itself
    HOST_OWNED_BY_OTHER(
            "The host belongs to another installation, tenant or cluster.",
            "Take it out of that cluster first (reset there), or choose another host."),
    HOST_BUSY(
            "Another task that changes the host is running on it.",
            "Wait until it has settled: `slipway get runs`."),
    HOST_TOOL_MISSING(
            "The host lacks a tool every host needs.",
            "Install POSIX utilities and setsid (util-linux or BusyBox)."),
    NO_MEMORY_FS(
            "The host has no memory-backed directory (/run or /dev/shm) to keep secrets in while a task runs.",
            "Mount a tmpfs on /run or /dev/shm."),
    DISK_FULL(
            "No space is left on the host's disk.",
            "Free space under /var/lib and /etc, then retry."),
    DISK_READ_ONLY(
            "The host's disk is mounted read-only.",
            "Check the disk (dmesg), remount it writable, then retry."),
    // Running a task
    COMMAND_FAILED("A command on the host failed.", "Read its output, mend the cause, then retry."),
    COMMAND_KILLED(
            "A command on the host was ended by a signal.",
            "Look for the out-of-memory killer (dmesg) or an administrator, then retry."),
    STEP_TIMEOUT(
            "A step took longer than it may.",
            "Look at the output for what it waits for, then retry."),
    TASK_TIMEOUT(
            "The task took longer than it may and was ended on the host.",
            "Look at the output, then retry."),
    AWAIT_TIMEOUT(
            "What a step waited for did not come true in time.",
            "Look at the output for the last state seen, then retry."),
    INTERRUPTED(
            "The host lost power or was rebooted inside a step that may not be repeated: whether it took effect is not known.",
            "Look at the host, then retry (or reset the host) with that in mind."),
    CHECKSUM_MISMATCH(
            "A file does not have the SHA-256 it should have.",
            "Check the URL and the checksum in the Clusterfile."),
    DOWNLOAD_FAILED(
            "The host could not fetch a file.",
            "Check from the host: DNS, proxy, firewall and the URL in the Clusterfile."),
    OUTPUT_LIMIT("A result was larger than it may be.", "Ask for less, or put the data in a file."),
    // Orders and materials
    ORDER_FORGED(
            "The order's signature is wrong, so nothing was done.",
            "Someone else writes to the task topic: check the broker's ACLs."),
    ORDER_EXPIRED(
            "The order came too late to be started.",
            "Retry; if it happens again look at the consumer lag of the pool."),
    ORDER_FOREIGN(
            "The order is for another pool than this executor's.",
            "Check the pool in the Clusterfile and the executor's identity."),
    ORDER_FENCED(
            "A later attempt of the task has taken its place.",
            "Nothing to do: the later attempt reports."),
    MATERIAL_REFUSED(
            "The certificate service refused the materials of the order.",
            "Read its reason: cancelled run, suspended tenant or foreign pool."),
    MATERIAL_MISSING(
            "A credential or another material that the task needs does not exist.",
            "Send it: `slipway apply` reads it from the Clusterfile."),
    CERT_SERVICE_UNAVAILABLE(
            "The certificate service did not answer in time.",
            "Look at `slipway status`, then retry."),
    // Preflight
    PREFLIGHT_FAILED(
            "The host does not meet the requirements.",
            "Mend every problem that is listed for it, then apply again."),
    HOST_UNSUPPORTED(
            "The host's operating system or architecture is not supported.",
            "The README lists what is."),
    HOSTNAME_CONFLICT(
            "Two hosts of the cluster would have the same node name.",
            "Give them names in the Clusterfile (hosts[].names)."),
    CLUSTER_PRESENT(
            "A Kubernetes node that Slipway did not make is on the host.",
            "Reset it by its own tool, or choose another host."),
    CLUSTER_DIFFERS(
            "The Clusterfile says something else of a cluster than what is there.",
            "Write what the cluster has into the Clusterfile, then adopt again; change it with `slipway apply` afterwards."),
    AUTHORITY_UNUSABLE(
            "The authority that a host has cannot be taken over.",
            "The message says what of it: mend that on the first control plane, then adopt again. Nothing was changed."),
    PACKAGES_MISSING(
            "Packages of the distribution that the host is to have could not be installed.",
            "The output names them: correct their names or versions (spec.host.packages), give the host a source that has them and that it reaches, or install them there, then retry."),
    TOOL_MISSING(
            "A tool that the runtime needs is not on the host.",
            "Install it, or name an artifact tarball in the Clusterfile (spec.artifacts)."),
    VERSION_MISMATCH(
            "A tool on the host has another version than the Clusterfile asks for.",
            "Install the right one, or change the Clusterfile."),
    // kubeadm
    KUBEADM_CONFIG_INVALID(
            "kubeadm does not accept its configuration.",
            "The output names the field; change that document in the Clusterfile."),
    KUBEADM_PREFLIGHT(
            "kubeadm's own preflight checks failed.",
            "The output lists them as [ERROR …]; mend each, then retry."),
    CONTAINER_RUNTIME_DOWN(
            "The container runtime does not answer.",
            "Look at `systemctl status containerd` on the host."),
    IMAGE_PULL_FAILED(
            "An image could not be pulled.",
            "Check registry, name and credentials from the host: crictl pull IMAGE."),
    REGISTRY_DOWN(
            "The cluster's own registry of images does not run on its host.",
            "Read what it says there: journalctl -u slipway-registry, or /var/log/slipway-registry.log; its port may be taken."),
    PKI_INVALID(
            "Keys and certificates on the host do not belong together.",
            "Reset the host, then apply again."),
    CONTROL_PLANE_NOT_UP(
            "The API server did not come up.",
            "Look at the kubelet's journal and the API server's log on the host."),
    API_UNREACHABLE(
            "The cluster's API server could not be reached from the host.",
            "Check routing and firewall between the hosts (port 6443), and that sshd forwards connections (AllowTcpForwarding)."),
    API_REFUSED(
            "The cluster's API server refused a request.",
            "The message says what. `slipway apply` gives Slipway's own identities their rights in the cluster again."),
    JOIN_TOKEN_REJECTED(
            "The cluster does not know the join token (any more).",
            "Retry: it makes the token anew."),
    JOIN_PIN_MISMATCH(
            "The cluster shows another CA than it should.",
            "The endpoint belongs to another cluster: check it."),
    NODE_NOT_READY(
            "A node did not become Ready in time.",
            "Look at `kubectl describe node` and the CNI's pods."),
    NODE_MISSING(
            "A node did not appear in the cluster in time.",
            "Look at the kubelet's journal on that host."),
    ETCD_MEMBER_MISSING(
            "A control plane is not (yet) a voting member of etcd, or etcd has a member that is no control plane.",
            "The output names it; look at its etcd's log, then retry."),
    ETCD_QUORUM_LOST(
            "etcd has no majority of its members, or would have none after the change.",
            "Bring control planes back first; where more than half are gone for good, restore etcd from a backup."),
    DRAIN_FAILED(
            "The pods of a node did not leave it in time; it takes pods again.",
            "Look at disruption budgets and pods that nothing manages; give it more time (spec.drain.timeout), or spec.drain.force."),
    ADDON_FAILED(
            "A manifest could not be applied.",
            "The output names it; mend it in the Clusterfile, then apply again."),
    // Runs
    FAILURE_LIMIT_REACHED(
            "So many hosts failed that the run was halted.",
            "Mend the hosts that failed, then `slipway retry RUN`."),
    CONTROL_PLANE_FAILED(
            "A control plane failed, so the run was halted.", "Mend it, then `slipway retry RUN`."),
    BUDGET_EXHAUSTED(
            "No node may be taken away any more, so the run was halted.",
            "Bring the nodes back that are not Ready, then `slipway retry RUN`."),
    DEADLINE_REACHED(
            "The run was not over by its deadline, so what still ran on hosts was ended.",
            "Look at the hosts that took so long; give it more time or more hosts at once (--deadline, --max-parallel), or `slipway retry RUN` for the rest."),
    RUN_CANCELLED("The run was cancelled.", "Start again with `slipway apply`."),
    TASK_LOST(
            "The executor went silent and the host could not be asked what became of the task.",
            "`slipway retry RUN` asks it again."),
    // The API
    CLUSTERFILE_INVALID(
            "The Clusterfile has problems.",
            "Each is listed with its place; `slipway validate -f FILE` checks it offline."),
    INLINE_SECRET(
            "A secret stands in the Clusterfile.",
            "Use the CLI, which sends secrets to the certificate service and puts a reference there."),
    NOT_SERVED_YET(
            "Something is asked for that this version knows but does not do yet.",
            "Take it out of the Clusterfile."),
    RUN_IN_PROGRESS(
            "Another run is changing the cluster.",
            "Wait for it, or cancel it: the answer names it."),
    RUN_STATE(
            "The run is not in a state that allows this.",
            "Look at it: `slipway describe run RUN`."),
    UNKNOWN_CLUSTER("There is no such cluster.", "`slipway get clusters` lists them."),
    UNKNOWN_RUN(
            "There is no such run (yet).",
            "`slipway get runs` lists them; right after an apply the view may lag."),
    UNKNOWN_POOL(
            "There is no such pool of executors, or the tenant may not use it.",
            "`slipway get pools` lists them; mend `spec.pool`, or have an admin make the pool's topic."),
    NOT_SIGNED_IN(
            "No valid token came with the request.",
            "Sign in again; for the local stack: `slipway up`."),
    NOT_PERMITTED(
            "The user's roles do not allow this.", "Ask for the role that the message names."),
    HOST_ADDRESS_DENIED(
            "The address is not one the tenant may use.", "Ask an admin to allow its network."),
    INVALID_REQUEST(
            "The request is malformed.", "The message names the field and what it should be."),
    UNAVAILABLE(
            "A part of the suite does not answer.",
            "Look at `slipway status`; it is restarted by itself. Then try again."),
    INTERNAL(
            "Something went wrong inside Slipway.",
            "Look at the service's log; please report it with the correlation id.");

    private final String summary;
    private final String advice;

    ReasonCode(String summary, String advice) {
        this.summary = summary;
        this.advice = advice;
    }

    /// What happened, one sentence.
    public String summary() {
        return summary;
    }

    /// What to do next, one or two sentences.
    public String advice() {
        return advice;
    }
}
