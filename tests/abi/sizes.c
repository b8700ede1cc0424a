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
XK_SIZE(xk_answer, 64, 32, 32);
XK_SIZE(xk_audit, 72, 64, 60);
XK_SIZE(xk_bytes, 16, 8, 8);
XK_SIZE(xk_collected, 240, 168, 156);
XK_SIZE(xk_collector_callbacks, 48, 24, 24);
XK_SIZE(xk_collector_config, 96, 96, 92);
XK_SIZE(xk_collector_counters, 136, 136, 136);
XK_SIZE(xk_collector_established, 112, 64, 64);
XK_SIZE(xk_collector_identity, 24, 16, 16);
XK_SIZE(xk_collector_match, 24, 16, 16);
XK_SIZE(xk_collector_message, 80, 56, 48);
XK_SIZE(xk_collector_observation, 24, 24, 20);
XK_SIZE(xk_collector_question, 56, 28, 28);
XK_SIZE(xk_collector_usage, 32, 32, 28);
XK_SIZE(xk_cookie, 16, 16, 16);
XK_SIZE(xk_counters_callbacks, 16, 8, 8);
XK_SIZE(xk_counters_config, 32, 24, 24);
XK_SIZE(xk_counters_entry, 144, 104, 100);
XK_SIZE(xk_counters_usage, 40, 32, 28);
XK_SIZE(xk_delivery_callbacks, 24, 12, 12);
XK_SIZE(xk_delivery_config, 352, 248, 244);
XK_SIZE(xk_delivery_counters, 144, 144, 140);
XK_SIZE(xk_delivery_event, 64, 52, 52);
XK_SIZE(xk_delivery_lemf_config, 240, 144, 136);
XK_SIZE(xk_delivery_record, 272, 168, 160);
XK_SIZE(xk_delivery_usage, 40, 24, 24);
XK_SIZE(xk_diag, 24, 12, 12);
XK_SIZE(xk_exchange, 2392, 1376, 1312);
XK_SIZE(xk_get_keys, 128, 72, 72);
XK_SIZE(xk_get_keys_response, 56, 36, 36);
XK_SIZE(xk_hi2_encoder, 136, 128, 124);
XK_SIZE(xk_hi2_extras, 96, 48, 48);
XK_SIZE(xk_hi2_ims_voip, 32, 16, 16);
XK_SIZE(xk_hi2_pani, 56, 28, 28);
XK_SIZE(xk_hi2_profile, 48, 40, 40);
XK_SIZE(xk_hi2_record, 440, 248, 244);
XK_SIZE(xk_incomplete, 96, 64, 60);
XK_SIZE(xk_iri_event, 136, 88, 76);
XK_SIZE(xk_iri_key, 48, 24, 24);
XK_SIZE(xk_journal_entry, 1752, 928, 928);
XK_SIZE(xk_journal_record, 32, 24, 20);
XK_SIZE(xk_kms, 88, 56, 56);
XK_SIZE(xk_kms_callbacks, 40, 20, 20);
XK_SIZE(xk_kms_opened_ticket, 2320, 2312, 2312);
XK_SIZE(xk_kms_options, 28, 28, 28);
XK_SIZE(xk_kms_ticket_content, 152, 96, 88);
XK_SIZE(xk_kms_transfer, 616, 376, 356);
XK_SIZE(xk_lemf_event, 472, 272, 264);
XK_SIZE(xk_mikey_builder, 64, 32, 32);
XK_SIZE(xk_mikey_crypto_session, 56, 28, 28);
XK_SIZE(xk_mikey_header, 32, 24, 24);
XK_SIZE(xk_mikey_identity, 24, 12, 12);
XK_SIZE(xk_mikey_initiator_data, 64, 32, 32);
XK_SIZE(xk_mikey_kemac, 48, 24, 24);
XK_SIZE(xk_mikey_key_data, 88, 44, 44);
XK_SIZE(xk_mikey_message, 584, 336, 320);
XK_SIZE(xk_mikey_payload, 32, 16, 16);
XK_SIZE(xk_mikey_policy, 24, 12, 12);
XK_SIZE(xk_mikey_ticket, 280, 168, 156);
XK_SIZE(xk_mikey_ticket_data, 168, 96, 88);
XK_SIZE(xk_mikey_time, 32, 24, 20);
XK_SIZE(xk_mikey_verification, 24, 12, 12);
XK_SIZE(xk_moment, 24, 24, 20);
XK_SIZE(xk_network_element, 32, 16, 16);
XK_SIZE(xk_observation, 48, 48, 44);
XK_SIZE(xk_outcome, 88, 80, 72);
XK_SIZE(xk_outcome_id, 16, 16, 16);
XK_SIZE(xk_party, 128, 64, 64);
XK_SIZE(xk_ps_header, 224, 128, 124);
XK_SIZE(xk_ps_measure, 16, 12, 12);
XK_SIZE(xk_ps_payload, 40, 28, 28);
XK_SIZE(xk_ps_pdu, 296, 168, 160);
XK_SIZE(xk_ps_sequence, 8, 8, 8);
XK_SIZE(xk_query, 56, 32, 32);
XK_SIZE(xk_read_options, 32, 16, 16);
XK_SIZE(xk_received, 56, 28, 28);
XK_SIZE(xk_record, 40, 40, 36);
XK_SIZE(xk_relation, 64, 36, 36);
XK_SIZE(xk_relation_rules, 48, 28, 28);
XK_SIZE(xk_request, 336, 192, 192);
XK_SIZE(xk_requester_callbacks, 64, 32, 32);
XK_SIZE(xk_requester_config, 96, 96, 88);
XK_SIZE(xk_requester_counters, 864, 864, 864);
XK_SIZE(xk_requester_usage, 24, 20, 20);
XK_SIZE(xk_responder_callbacks, 56, 28, 28);
XK_SIZE(xk_responder_config, 72, 44, 44);
XK_SIZE(xk_responder_counters, 336, 336, 336);
XK_SIZE(xk_responder_observation, 56, 48, 40);
XK_SIZE(xk_sdp_choice, 32, 20, 20);
XK_SIZE(xk_sdp_key_mgmt, 64, 44, 44);
XK_SIZE(xk_sdp_medium, 72, 44, 44);
XK_SIZE(xk_send, 40, 32, 24);
XK_SIZE(xk_session_result, 56, 40, 40);
XK_SIZE(xk_sip_identity, 72, 40, 40);
XK_SIZE(xk_sip_message, 640, 396, 396);
XK_SIZE(xk_sip_rack, 24, 16, 16);
XK_SIZE(xk_sip_replaces, 56, 28, 28);
XK_SIZE(xk_sip_sdp, 32, 24, 24);
XK_SIZE(xk_transaction_id, 16, 16, 16);
XK_SIZE(xk_tri, 112, 68, 68);
XK_SIZE(xk_utc, 16, 16, 12);
XK_SIZE(xk_warrant, 144, 80, 80);
XK_SIZE(xk_x2_attribute, 24, 12, 12);
XK_SIZE(xk_x2_event, 40, 32, 32);
XK_SIZE(xk_x2_further_xid, 32, 32, 32);
XK_SIZE(xk_x2_payload, 56, 32, 32);
XK_SIZE(xk_x2_pdu, 240, 148, 148);
XK_SIZE(xk_x2_stream_callbacks, 32, 16, 16);
XK_SIZE(xk_x2_stream_config, 40, 32, 32);
XK_SIZE(xk_x2_stream_counters, 112, 112, 108);
XK_SIZE(xk_x2_target, 40, 20, 20);
