/* SPDX-License-Identifier: BSD-2-Clause */
/* PDUs of X2 as we write them, for Wireshark to read: a line of hexadecimal for each, then what its fields hold. */
#include <stdio.h>
#include <string.h>

#include <xk/x2.h>

static void show(const struct xk_x2_pdu *pdu, const struct xk_x2_attribute *more, size_t count, const char *fields)
{
    uint8_t out[1024];
    size_t size = 0;
    if (xk_x2_write(pdu, more, count, out, sizeof out, &size, NULL) != XK_OK) {
        printf("not written\n");
        return;
    }
    for (size_t i = 0; i < size; i++) {
        printf("%02x", out[i]);
    }
    printf(" li5g.hl=%zu li5g.pl=%zu %s\n", size - pdu->payload.size, pdu->payload.size, fields);
}

int main(void)
{
    static const char sip[] = "OPTIONS sip:bob@example.com SIP/2.0\r\nFrom: <sip:a@example.com>;tag=1\r\n"
                              "To: <sip:bob@example.com>\r\nCall-ID: c1@example.com\r\nCSeq: 1 OPTIONS\r\n\r\n";
    const struct xk_x2_attribute target = {XK_X2_ATTRIBUTE_OTHER_TARGET, xk_text("<imei>1</imei>")};
    struct xk_x2_pdu pdu;
    memset(&pdu, 0, sizeof pdu);
    pdu.type = XK_X2_TYPE_X2;
    pdu.format = XK_X2_FORMAT_SIP;
    pdu.direction = XK_X2_DIRECTION_FROM_TARGET;
    memset(pdu.xid, 0xab, sizeof pdu.xid);
    memset(pdu.correlation, 0xcd, sizeof pdu.correlation);
    pdu.payload = xk_text(sip);
    show(&pdu, NULL, 0,
         "li5g.ver=5 li5g.type=1 li5g.pf=9 li5g.pd=3 li5g.xid=abababab-abab-abab-abab-abababababab "
         "li5g.cid=cdcdcdcdcdcdcdcd sip.Call-ID=c1@example.com");
    pdu.has_time = pdu.has_source_port = pdu.has_destination_port = pdu.has_ip_protocol = true;
    pdu.did = xk_text("dom");
    pdu.nfid = xk_text("nf");
    pdu.ipid = xk_text("ip");
    pdu.seconds = 1800000000;
    pdu.source_ip = xk_text("\x0a\x0b\x0c\x0d");
    pdu.destination_ip = xk_text("0123456789ABCDEF");
    pdu.source_port = 5060;
    pdu.destination_port = 5070;
    pdu.ip_protocol = 17;
    pdu.matched_target = xk_text("<sipUri>sip:a@x</sipUri>");
    pdu.version = 1;
    pdu.direction = XK_X2_DIRECTION_TO_TARGET;
    show(&pdu, &target, 1,
         "li5g.ver=1 li5g.pd=2 li5g.did=646f6d li5g.nfid=6e66 li5g.ipid=6970 li5g.srcip=10.11.12.13 "
         "li5g.dstipv6=3031:3233:3435:3637:3839:4142:4344:4546 li5g.srcport=5060 li5g.dstport=5070 li5g.ipproto=17 "
         "li5g.mti=3c7369705572693e7369703a6140783c2f7369705572693e li5g.oti=3c696d65693e313c2f696d65693e "
         "sip.Call-ID=c1@example.com");
    struct xk_x2_pdu keep_alive;
    uint8_t answer[XK_X2_KEEP_ALIVE_SIZE];
    size_t size = 0;
    memset(&keep_alive, 0, sizeof keep_alive);
    keep_alive.type = XK_X2_TYPE_KEEP_ALIVE;
    show(&keep_alive, NULL, 0, "li5g.type=3 li5g.pf=0 li5g.pd=0");
    keep_alive.has_sequence = true;
    keep_alive.sequence = 7;
    show(&keep_alive, NULL, 0, "li5g.type=3 li5g.attrType=8 li5g.attrLen=4");
    if (xk_x2_answer_keep_alive(&keep_alive, answer, sizeof answer, &size, NULL) != XK_OK ||
        xk_x2_parse(answer, size, &keep_alive, NULL) != XK_OK) {
        return 1;
    }
    show(&keep_alive, NULL, 0, "li5g.type=4 li5g.attrType=8 li5g.attrLen=4");
    return 0;
}
