/*
 * What stands before each object, known when the executable is linked. TeaVM's own packing of a class needs the lowest
 * class's address, found at start, so that only then can it write the headers of thousands of string constants: half of
 * the start-up time. Here it is the class's address itself, which has 30 bits in an executable that is static and not
 * position-independent; the other two bits are the collector's. Included by TeaVM's core.h in place of its own.
 */
#undef TEAVM_PACK_CLASS
#define TEAVM_PACK_CLASS(cls) ((int32_t) (uintptr_t) (cls))
#undef TEAVM_UNPACK_CLASS
#define TEAVM_UNPACK_CLASS(header) ((TeaVM_Class *) (uintptr_t) ((header) & INT32_C(0x3fffffff)))

/* The header of an object that is no part of the heap, marked for ever, and the hash behind it, which is zero. */
#define INUSE_HEADER(cls) ((intptr_t) &(cls) + INT64_C(0x80000000))
