/*
 * Where calls are in the source and which exceptions they catch: TeaVM's tables, with numbers in place of pointers, which
 * are half as long. Zero is none. They are more than a tenth of all that is mapped, and read only when something is
 * thrown. Included at the end of TeaVM's callsites.c, which has the tables; the functions are declared in its stack.h.
 */
TeaVM_ExceptionHandler *inuse_first_handler(const TeaVM_CallSite *site)
{
	return site->firstHandler == 0 ? NULL : exceptionHandlers_teavm_callSites + site->firstHandler - 1;
}

TeaVM_CallSiteLocation *inuse_location(const TeaVM_CallSite *site)
{
	return site->location == 0 ? NULL : callSiteLocations_teavm_callSites + site->location - 1;
}

TeaVM_CallSiteLocation *inuse_next(const TeaVM_CallSiteLocation *location)
{
	return location->next == 0 ? NULL : callSiteLocations_teavm_callSites + location->next - 1;
}

TeaVM_MethodLocation *inuse_method(const TeaVM_CallSiteLocation *location)
{
	return location->method == 0 ? NULL : methodLocations_teavm_callSites + location->method - 1;
}
