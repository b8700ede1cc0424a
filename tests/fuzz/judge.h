/* SPDX-License-Identifier: BSD-2-Clause */
/* Other names for the decoders of messages, compiled once more with every item left to libcbor. */
#ifndef FUZZ_JUDGE_H
#define FUZZ_JUDGE_H

#define XKI_CBOR_JUDGE_ALL
#define xk_get_keys_decode judge_get_keys_decode
#define xk_get_keys_response_decode judge_get_keys_response_decode
#define xk_message_peek judge_message_peek
#define xk_message_type_name judge_message_type_name
#define xki_message_peek_newer judge_peek_newer
#define xki_response_begin judge_response_begin
#define xki_response_finish judge_response_finish
#define xki_judge_item judge_item
#define xki_judge_uint judge_uint
#define xki_judge_string judge_string
#define xki_judge_count judge_count
#define xki_refuse_key judge_refuse_key
#define xki_read_text judge_read_text
#define xki_skip_unknown judge_skip_unknown
#define xki_read_envelope judge_read_envelope
#define xki_read_newer_envelope judge_read_newer_envelope

#endif
