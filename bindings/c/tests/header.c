/*
 * The header alone, in every version of the language that it serves. Linked, it also shows that
 * program and library are of one version.
 */
#include "clientela.h"

int main(void) {
    clientela_sales sales;
    sales.size = sizeof sales;
    if (sales.size != sizeof(clientela_sales)) {
        return 1;
    }
    return clientela_abi_version() == CLIENTELA_ABI_VERSION ? CLIENTELA_OK : 1;
}
