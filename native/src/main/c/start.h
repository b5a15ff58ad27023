/* What start.c has for TeaVM's runtime and for TeaVmSystemCalls. */
#pragma once
#include <stdint.h>

int64_t inuse_heap(int64_t wanted);
int64_t inuse_first_heap(int64_t heap);
void *inuse_map(int64_t bytes);
void *inuse_map_heap(int64_t bytes);
void inuse_give_back(void *part, int header, int bytes);
void inuse_when_full(void (*call)(void));
void inuse_out_of_memory(void);
void inuse_uncaught(void);
void *inuse_memory(int bytes);
int inuse_is_aarch64(void);
int inuse_given_bytes(int environment);
void inuse_given(int environment, char *into);
