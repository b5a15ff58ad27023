/*
 * The list of all classes, linked when the collector first goes through it: a short run never collects, and linking
 * writes to every class. Included by TeaVM's GC.c, the only reader.
 */
static TeaVM_Class *inuse_all_classes(void)
{
	static int linked;
	extern TeaVM_Class *teavm_classReferences[];
	extern int32_t teavm_classReferencesCount;

	for (int i = 0; !linked && i < teavm_classReferencesCount; i++) {
		teavm_classReferences[i]->next = teavm_firstClass;
		teavm_firstClass = teavm_classReferences[i];
	}
	linked = 1;
	return teavm_firstClass;
}
