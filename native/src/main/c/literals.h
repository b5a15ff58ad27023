/*
 * A string constant that is complete when the executable is linked: nothing about it is done, or paged in, before it is
 * used. Included by TeaVM's strings.c before its table.
 */
#undef TEAVM_STRING
#define TEAVM_STRING(length, hash, text) INUSE_STRING(length, hash, text)
#undef TEAVM_STRING_FROM_CODES
#define TEAVM_STRING_FROM_CODES(length, hash, ...) INUSE_STRING(length, hash, { __VA_ARGS__ })

/* struct TeaVM_String, and behind it struct TeaVM_Array of characters. */
#define INUSE_STRING(length, hash, ...)                                                        \
	(TeaVM_String *) &(struct { intptr_t header; TeaVM_Array *characters; int32_t code; }) {   \
		INUSE_HEADER(jl_String_Cls),                                                           \
		(TeaVM_Array *) &(struct { intptr_t header; int32_t size; char16_t data[(length) + 1]; }) { \
			INUSE_HEADER(Arr_C_Cls), length, __VA_ARGS__                                       \
		},                                                                                     \
		INT32_C(hash)                                                                          \
	}
