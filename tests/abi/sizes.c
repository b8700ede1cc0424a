/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The size of every public structure, agreed on for each kind of machine: 64 bits; 32 bits where a 64-bit number is
 * aligned to its size (Arm); 32 bits where it is aligned to four octets (i386). Compiling is the test. abi_update.sh
 * writes the table; sizes.sh sees to it that it is complete.
 */
#include <xk/xk.h>
#include <xk_kms/issue.h>
#include <xk_kms/kms.h>

#include <stddef.h>

struct alignment {
    char before;
    uint64_t number;
};

/* Of LP64, ILP32 and i386, the one that holds here. */
#define EXPECTED(lp64, ilp32, i386)                                                                                    \
    (sizeof(void *) == 8 ? (lp64) : offsetof(struct alignment, number) == 8 ? (ilp32) : (i386))
#define XK_SIZE(name, lp64, ilp32, i386)                                                                               \
    _Static_assert(sizeof(struct name) == EXPECTED(lp64, ilp32, i386), #name " has another size than agreed")

XK_SIZE(xk_allocator, 32, 16, 16);
XK_SIZE(xk_answer, 56, 28, 28);
XK_SIZE(xk_audit, 72, 64, 60);
XK_SIZE(xk_bytes, 16, 8, 8);
XK_SIZE(xk_diag, 24, 12, 12);
XK_SIZE(xk_exchange, 2312, 1368, 1268);
XK_SIZE(xk_get_keys, 128, 72, 72);
XK_SIZE(xk_get_keys_response, 56, 36, 36);
XK_SIZE(xk_hi2_extras, 72, 36, 36);
XK_SIZE(xk_hi2_profile, 40, 36, 36);
XK_SIZE(xk_hi2_record, 248, 144, 140);
XK_SIZE(xk_iri_event, 48, 40, 28);
XK_SIZE(xk_iri_key, 48, 24, 24);
XK_SIZE(xk_journal_record, 32, 24, 20);
XK_SIZE(xk_kms, 64, 40, 40);
XK_SIZE(xk_kms_callbacks, 32, 16, 16);
XK_SIZE(xk_kms_opened_ticket, 2320, 2312, 2312);
XK_SIZE(xk_kms_options, 16, 16, 16);
XK_SIZE(xk_kms_ticket_content, 152, 88, 84);
XK_SIZE(xk_kms_transfer, 576, 344, 316);
XK_SIZE(xk_mikey_builder, 64, 32, 32);
XK_SIZE(xk_mikey_crypto_session, 56, 28, 28);
XK_SIZE(xk_mikey_header, 32, 24, 24);
XK_SIZE(xk_mikey_identity, 24, 12, 12);
XK_SIZE(xk_mikey_initiator_data, 56, 28, 28);
XK_SIZE(xk_mikey_kemac, 48, 24, 24);
XK_SIZE(xk_mikey_key_data, 88, 44, 44);
XK_SIZE(xk_mikey_message, 568, 336, 312);
XK_SIZE(xk_mikey_payload, 32, 16, 16);
XK_SIZE(xk_mikey_policy, 24, 12, 12);
XK_SIZE(xk_mikey_ticket, 264, 168, 148);
XK_SIZE(xk_mikey_ticket_data, 160, 88, 84);
XK_SIZE(xk_mikey_time, 32, 24, 20);
XK_SIZE(xk_mikey_verification, 24, 12, 12);
XK_SIZE(xk_observation, 48, 48, 44);
XK_SIZE(xk_outcome, 88, 80, 72);
XK_SIZE(xk_outcome_id, 16, 16, 16);
XK_SIZE(xk_party, 128, 64, 64);
XK_SIZE(xk_ps_header, 136, 88, 80);
XK_SIZE(xk_ps_payload, 40, 24, 24);
XK_SIZE(xk_ps_pdu, 168, 104, 96);
XK_SIZE(xk_ps_sequence, 8, 8, 8);
XK_SIZE(xk_query, 56, 32, 32);
XK_SIZE(xk_relation, 64, 36, 36);
XK_SIZE(xk_relation_rules, 40, 20, 20);
XK_SIZE(xk_request, 280, 160, 156);
XK_SIZE(xk_requester_callbacks, 64, 32, 32);
XK_SIZE(xk_requester_config, 96, 96, 88);
XK_SIZE(xk_requester_counters, 728, 728, 728);
XK_SIZE(xk_requester_usage, 24, 20, 20);
XK_SIZE(xk_responder_callbacks, 48, 24, 24);
XK_SIZE(xk_responder_config, 64, 36, 36);
XK_SIZE(xk_responder_counters, 240, 240, 240);
XK_SIZE(xk_responder_observation, 48, 40, 36);
XK_SIZE(xk_sdp_key_mgmt, 48, 28, 28);
XK_SIZE(xk_send, 40, 32, 24);
XK_SIZE(xk_session_result, 56, 40, 40);
XK_SIZE(xk_sip_message, 160, 80, 80);
XK_SIZE(xk_transaction_id, 16, 16, 16);
XK_SIZE(xk_utc, 16, 16, 12);
XK_SIZE(xk_warrant, 96, 52, 52);
