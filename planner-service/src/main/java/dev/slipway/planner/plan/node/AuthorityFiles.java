package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.plan.AuthorityInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The eight files of the authority in a control plane's folder: keys 0600, the rest 0644, as
/// kubeadm would have made them; k0s gives them its own modes and owners later. Neither checks
/// modes or the service account pair, and a pin does not protect files on disk, so both are looked
/// at here: that the pairs match is what the certificate service guarantees, that these are its
/// files is what the digest of ca.crt says.
public final class AuthorityFiles {
    private static final String REFUSED =
            "slipway: the authority's files are not as they should be";

    private AuthorityFiles() {}

    /// @param pki the folder
    public static List<Step> steps(AuthorityInfo authority, RemotePath pki) {
        var steps = new ArrayList<Step>();
        for (String file : Materials.AUTHORITY_FILES) {
            steps.add(
                    Step.Put.material(
                            "put-" + file.replaceAll("[./]", "-").toLowerCase(Locale.ROOT),
                            pki.resolveInside(file),
                            Materials.authority(file),
                            file.endsWith(".key") ? 0600 : 0644));
        }
        steps.add(check(authority, pki));
        return steps;
    }

    private static Step check(AuthorityInfo authority, RemotePath pki) {
        return Steps.rerunnable(
                        "check-authority",
                        Script.fill(
                                """
                                cd @PKI@
                                refuse() { echo "@REFUSED@: $1" >&2; exit 1; }
                                found=$(sha256sum < ca.crt)
                                [ "${found%% *}" = @DIGEST@ ] || refuse "ca.crt has another digest than the certificate service's"
                                for file in @FILES@; do
                                    grep -q '^-----BEGIN ' "$file" || refuse "$file is no PEM file"
                                    case $file in *.key) mode=-rw------- ;; *) mode=-rw-r--r-- ;; esac
                                    case $(ls -ln "$file") in "$mode"*' 0 0 '*) ;; *) refuse "$file: $(ls -ln "$file")" ;; esac
                                done
                                grep -q '^-----BEGIN PUBLIC KEY-----' sa.pub || refuse 'sa.pub is no public key'
                                """,
                                "PKI",
                                ShellQuote.quote(pki.value()),
                                "DIGEST",
                                ShellQuote.quote(authority.caDigest().value()),
                                "FILES",
                                ShellQuote.words(Materials.AUTHORITY_FILES),
                                "REFUSED",
                                REFUSED))
                .failingAs(Failures.with(Failures.as(REFUSED, ReasonCode.PKI_INVALID)));
    }
}
