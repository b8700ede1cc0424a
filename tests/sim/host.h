/* SPDX-License-Identifier: BSD-2-Clause */
/* The DF2/MF around the engine: what it does on its own account, and what the engine makes it do. */
#ifndef SIM_HOST_H
#define SIM_HOST_H

#include "sim/world.h"

/* host.c */
struct instance *host_start(struct world *w, bool restore);
void host_stop(struct instance *instance);
void host_lose(struct instance *instance); /* the process is gone: no call of the library's */
void host_tick(struct instance *instance, uint32_t budget);
void host_resume(struct instance *instance);
void host_cancel(struct instance *instance, uint32_t number);
void host_purge(struct instance *instance, uint32_t liid, bool everywhere);
/* Of a LIID that is drawn. */
void host_purge_any(struct instance *instance);
bool host_is_about(const struct instance *instance, uint32_t number);
bool host_is_about_liid(const struct instance *instance, uint32_t liid);

/* host_submit.c */
bool host_load_exchange(const char *path);
void host_submit(struct instance *instance, struct xk_test_random *luck);
enum xk_status host_submit_plain(struct xk_requester *engine, const struct world *w, uint64_t now, uint64_t *handle);
void host_submit_wrongly(struct instance *instance);

/* host_held.c: what it has taken without acknowledging */
bool held_keep(struct instance *instance, const struct xk_outcome *outcome, uint32_t request, const uint8_t *record,
               size_t size);
void held_settle(struct instance *instance);
void held_drop_all(struct instance *instance);

/* host_link.c: of a KMS, by the world's number */
void host_link(struct instance *instance, uint32_t kms, bool lost);
void host_link_any(struct instance *instance);

/* host_act.c: from inside a callback, anything; and calls that are wrong wherever they come from */
void host_act(struct instance *instance, enum place place);
void host_try_refused(struct instance *instance, enum place place);
void host_mistake(struct instance *instance);

/* callbacks.c, callbacks_told.c */
void host_callbacks(struct xk_requester_callbacks *callbacks);
struct xk_allocator host_allocator(struct instance *instance);
void callback_enter(struct instance *instance, uint32_t number);
void callback_leave(struct instance *instance);
uint32_t callback_kms(const struct instance *instance, uint32_t number); /* from the engine's number to the world's */
void callback_maybe_crash(struct instance *instance);
void callback_maybe_act(struct instance *instance, enum place place);
void callback_observe(const struct xk_observation *seen, void *user);
void callback_audit(const struct xk_audit *audit, void *user);

#endif
