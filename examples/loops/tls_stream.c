/* SPDX-License-Identifier: BSD-2-Clause */
#include "loops/tls_stream.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>

#include "transport/tls.h"

#define OUTPUT_MAX (4 * (size_t)FRAME_MAX)

bool tls_stream_open(struct tls_stream *stream, SSL_CTX *context)
{
    *stream = (struct tls_stream){.ssl = SSL_new(context), .in = BIO_new(BIO_s_mem()), .out = BIO_new(BIO_s_mem())};
    stream->frame = malloc(FRAME_HEADER + FRAME_MAX);
    if (stream->ssl == NULL || stream->in == NULL || stream->out == NULL || stream->frame == NULL) {
        BIO_free(stream->in);
        BIO_free(stream->out);
        SSL_free(stream->ssl);
        free(stream->frame);
        *stream = (struct tls_stream){.why = "no memory"};
        return false;
    }
    SSL_set_bio(stream->ssl, stream->in, stream->out);
    SSL_set_connect_state(stream->ssl);
    return tls_stream_feed(stream, NULL, 0);
}

void tls_stream_close(struct tls_stream *stream)
{
    if (stream->ssl != NULL) {
        SSL_free(stream->ssl);
        OPENSSL_cleanse(stream->frame, stream->frame_size);
        free(stream->frame);
    }
    *stream = (struct tls_stream){0};
}

/* False, so that a caller can end with it: OpenSSL wants more octets, or the connection is over. */
static bool stop(struct tls_stream *stream, int result)
{
    int error = SSL_get_error(stream->ssl, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        tls_explain(stream->ssl, result, stream->why, sizeof stream->why);
    }
    return false;
}

bool tls_stream_feed(struct tls_stream *stream, const void *octets, size_t size)
{
    if (size > INT_MAX || (size > 0 && BIO_write(stream->in, octets, (int)size) != (int)size)) {
        snprintf(stream->why, sizeof stream->why, "no memory");
        return false;
    }
    if (!stream->open) {
        ERR_clear_error();
        int result = SSL_do_handshake(stream->ssl);
        stream->open = result == 1 || stop(stream, result);
    }
    return stream->why[0] == '\0';
}

bool tls_stream_receive(struct tls_stream *stream, uint8_t **message, size_t *size)
{
    const size_t header = FRAME_HEADER;
    while (stream->open && stream->why[0] == '\0') {
        bool headed = stream->frame_size >= header;
        size_t whole = header + (headed ? frame_read_size(stream->frame) : 0);
        if (headed && stream->frame_size == whole) {
            *message = stream->frame + header;
            *size = whole - header;
            return true;
        }
        ERR_clear_error();
        int result = SSL_read(stream->ssl, stream->frame + stream->frame_size, (int)(whole - stream->frame_size));
        if (result <= 0) {
            return stop(stream, result);
        }
        stream->frame_size += (size_t)result;
        if (stream->frame_size == header && frame_read_size(stream->frame) > FRAME_MAX) {
            snprintf(stream->why, sizeof stream->why, "the peer sent a frame over the limit");
        }
    }
    return false;
}

void tls_stream_taken(struct tls_stream *stream)
{
    OPENSSL_cleanse(stream->frame, stream->frame_size);
    stream->frame_size = 0;
}

bool tls_stream_send(struct tls_stream *stream, const uint8_t *message, size_t size)
{
    uint8_t header[FRAME_HEADER];
    if (!stream->open || stream->why[0] != '\0' || size == 0 || size > FRAME_MAX ||
        BIO_ctrl_pending(stream->out) > OUTPUT_MAX) {
        return false;
    }
    frame_write_header(size, header);
    ERR_clear_error();
    /* A memory BIO takes all or has no memory. */
    int result = SSL_write(stream->ssl, header, FRAME_HEADER);
    for (size_t at = 0; result > 0 && at < size; at += (size_t)result) {
        result = SSL_write(stream->ssl, message + at, (int)(size - at));
    }
    return result > 0 || stop(stream, result);
}

size_t tls_stream_output(struct tls_stream *stream, const uint8_t **octets)
{
    char *data = NULL;
    long size = stream->out != NULL ? BIO_get_mem_data(stream->out, &data) : 0;
    *octets = (const uint8_t *)data;
    return size > 0 ? (size_t)size : 0;
}

void tls_stream_sent(struct tls_stream *stream, size_t size)
{
    uint8_t gone[4096];
    while (size > 0) {
        int part = BIO_read(stream->out, gone, size < sizeof gone ? (int)size : (int)sizeof gone);
        if (part <= 0) {
            break;
        }
        size -= (size_t)part;
    }
}
