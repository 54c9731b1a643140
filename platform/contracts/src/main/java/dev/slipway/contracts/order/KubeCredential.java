package dev.slipway.contracts.order;

/// What opens a cluster's API server to an executor: the material of a [KubeIdentity], issued anew
/// each time an order is redeemed. Secret: `toString` shows none of it.
///
/// @param authority the cluster CA's certificate in PEM: who shows none of its is not the server
/// @param certificate the client's in PEM, valid for minutes
/// @param privateKey of the certificate, PKCS#8 in PEM
public record KubeCredential(String authority, String certificate, String privateKey) {
    @Override
    public String toString() {
        return "KubeCredential[hidden]";
    }
}
