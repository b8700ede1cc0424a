/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>

#include "transport/address.h"

#define LINE_MAX_OCTETS 1024
#define SUBJECT_MAX 256
#define SERIAL_MAX 20 /* octets, RFC 5280 4.1.2.2 */
#define TELL_MS 5000  /* before what was suppressed is told, when nothing else is written */

const char *audit_word_name(enum audit_word word)
{
    switch (word) {
    case AUDIT_ACCEPTED:
        return "accepted";
    case AUDIT_CONNECTED:
        return "connected";
    case AUDIT_REFUSED:
        return "refused";
    case AUDIT_FAILED:
        return "failed";
    case AUDIT_ENDED:
        return "ended";
    case AUDIT_WORDS:
        break;
    }
    return "unknown";
}

/* A file of one owner's, that nobody has put a link in the place of. */
static int open_file(const char *path, char *why, size_t why_size)
{
    struct stat status;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
    if (fd < 0) {
        snprintf(why, why_size, "the audit file cannot be opened: %s", strerror(errno));
        return -1;
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
        (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        snprintf(why, why_size, "the audit file is no file of this user's alone");
        close(fd);
        return -1;
    }
    return fd;
}

static bool open_syslog(struct audit *audit, const char *where, char *why, size_t why_size)
{
    const char *path = where[6] == ':' ? where + 7 : "/dev/log";
    audit->is_syslog = true;
    audit->syslog.sun_family = AF_UNIX;
    audit->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (strlen(path) >= sizeof audit->syslog.sun_path || audit->fd < 0) {
        snprintf(why, why_size, "syslog cannot be reached");
        return false;
    }
    memcpy(audit->syslog.sun_path, path, strlen(path) + 1);
    return true;
}

static void write_line(struct audit *audit, enum audit_word word, const char *text)
{
    char line[LINE_MAX_OCTETS];
    int size;
    struct timespec now;
    struct tm parts;
    if (audit->fd < 0) {
        return;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    if (audit->is_syslog) {
        /* The service adds the time; its own format demands no more than the priority and who speaks (RFC 3164). */
        bool quiet = word == AUDIT_ACCEPTED || word == AUDIT_CONNECTED || word == AUDIT_ENDED;
        size = snprintf(line, sizeof line, "<%d>%s[%d]: %s", LOG_AUTHPRIV | (quiet ? LOG_INFO : LOG_WARNING),
                        audit->program, (int)getpid(), text);
    } else {
        size = snprintf(line, sizeof line, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ %s %s\n", parts.tm_year + 1900,
                        parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                        now.tv_nsec / 1000000, audit->program, text);
    }
    if (size < 0 || (size_t)size >= sizeof line) {
        audit->lost++;
        return;
    }
    ssize_t put = audit->is_syslog ? sendto(audit->fd, line, (size_t)size, MSG_NOSIGNAL,
                                            (const struct sockaddr *)&audit->syslog, sizeof audit->syslog)
                                   : write(audit->fd, line, (size_t)size);
    audit->lost += put != size;
}

static void tell_suppressed(struct audit *audit)
{
    char text[256] = "suppressed";
    size_t used = strlen(text);
    bool any = false;
    for (int i = 0; i < AUDIT_WORDS; i++) {
        if (audit->suppressed[i] > 0) {
            any = true;
            used += (size_t)snprintf(text + used, sizeof text - used, " %s=%llu", audit_word_name((enum audit_word)i),
                                     (unsigned long long)audit->suppressed[i]);
            audit->suppressed[i] = 0;
        }
    }
    if (any) {
        write_line(audit, AUDIT_REFUSED, text);
    }
    loop_disarm(audit->loop, &audit->timer);
}

static void on_timer(struct loop_timer *timer)
{
    tell_suppressed(timer->owner);
}

bool audit_open(struct audit *audit, struct loop *loop, const char *program, const char *where, char *why,
                size_t why_size)
{
    *audit = (struct audit){.loop = loop, .program = program, .fd = -1};
    audit->timer = (struct loop_timer){.fire = on_timer, .owner = audit};
    if (where == NULL) {
        return true;
    }
    if (strcmp(where, "syslog") == 0 || strncmp(where, "syslog:", 7) == 0) {
        return open_syslog(audit, where, why, why_size);
    }
    audit->path = where;
    audit->fd = open_file(where, why, why_size);
    return audit->fd >= 0;
}

bool audit_reopen(struct audit *audit, char *why, size_t why_size)
{
    if (audit->path == NULL) {
        return true;
    }
    int fd = open_file(audit->path, why, why_size);
    if (fd < 0) {
        return false;
    }
    close(audit->fd);
    audit->fd = fd;
    return true;
}

void audit_close(struct audit *audit)
{
    tell_suppressed(audit);
    if (audit->fd >= 0) {
        close(audit->fd);
    }
    audit->fd = -1;
}

/* Is there budget for one more line of its kind? They come evenly but for a burst. */
static bool take_budget(struct audit *audit, enum audit_word word)
{
    const uint64_t step = 1000 / AUDIT_SECOND;
    const uint64_t now = loop_now();
    uint64_t *next = &audit->next_ms[word];
    if (*next > now + (AUDIT_BURST - 1) * step) {
        audit->suppressed[word]++;
        audit->suppressed_total++;
        if (!audit->timer.armed) {
            loop_arm(audit->loop, &audit->timer, TELL_MS);
        }
        return false;
    }
    *next = (*next > now ? *next : now) + step;
    return true;
}

static void show_serial(const X509 *certificate, char *out, size_t capacity)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
    const unsigned char *octets = ASN1_STRING_get0_data(serial);
    const int size = ASN1_STRING_length(serial);
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < size && i < SERIAL_MAX && used + 3 <= capacity; i++) {
        used += (size_t)snprintf(out + used, capacity - used, "%02x", octets[i]);
    }
}

/* As RFC 2253 has it, and then without an octet that would end the quotes or steer a terminal. */
static void show_subject(const X509 *certificate, char *out, size_t capacity)
{
    BIO *memory = BIO_new(BIO_s_mem());
    char *text = NULL;
    size_t used = 0;
    long size = 0;
    if (memory != NULL && X509_NAME_print_ex(memory, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
        size = BIO_get_mem_data(memory, &text);
    }
    for (long i = 0; i < size && used + 5 <= capacity; i++) {
        unsigned char octet = (unsigned char)text[i];
        if (octet >= 0x20 && octet < 0x7f && octet != '"' && octet != '\\') {
            out[used++] = (char)octet;
        } else {
            used += (size_t)snprintf(out + used, capacity - used, "\\x%02x", octet);
        }
    }
    out[used] = '\0';
    BIO_free(memory);
    ERR_clear_error();
}

void audit_tell(struct audit *audit, const struct audit_event *event)
{
    char text[LINE_MAX_OCTETS - 128];
    char serial[2 * SERIAL_MAX + 1] = "-";
    char subject[SUBJECT_MAX] = "";
    char address[ADDRESS_TEXT];
    if (audit == NULL) {
        return;
    }
    audit->counts[event->word]++;
    if (audit->fd < 0 || !take_budget(audit, event->word)) {
        return;
    }
    if (event->certificate != NULL) {
        show_serial(event->certificate, serial, sizeof serial);
        show_subject(event->certificate, subject, sizeof subject);
    }
    address_show(event->address, address);
    bool named = event->name != NULL && event->name[0] != '\0';
    const char *quote = event->certificate != NULL ? "\"" : "";
    int size = snprintf(text, sizeof text, "%s %s%s%s serial=%s subject=%s%s%s", audit_word_name(event->word), address,
                        named ? " name=" : "", named ? event->name : "", serial, quote,
                        event->certificate != NULL ? subject : "-", quote);
    if (event->reason != NULL && size > 0 && (size_t)size < sizeof text) {
        snprintf(text + size, sizeof text - (size_t)size, " reason=\"%s\"", event->reason);
    }
    write_line(audit, event->word, text);
}
