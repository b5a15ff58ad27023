/*
 * The object of a class, as Reading.Known.class is one. TeaVM makes all that the program names at start, hundreds, because
 * to name one must not run the collector, and writes its address to each class: most pages of the data. Here one is made
 * where it is first asked for, outside of the heap, and marked for ever as a string constant is (headers.h). The name of
 * an array's class is made at run time, so its object stays in the heap; the program names none (link). Included by
 * TeaVM's core.c, the only one that makes them.
 */

/* More than there are classes (link). */
#define INUSE_CLASS_OBJECTS 8192

static TeaVM_Object *inuse_class_object(TeaVM_Class *cls)
{
	static cls_jl_Class objects[INUSE_CLASS_OBJECTS];
	static int made;
	cls_jl_Class *object;

	if (cls->itemType != NULL)
		return TEAVM_CREATE_CLASS_OBJECT(cls);
	object = &objects[made++];
	*(intptr_t *)object = INUSE_HEADER(jl_Class_Cls);
	object->fld_classInfo = cls;
	return (TeaVM_Object *)object;
}
