/** Says what it is. */
export const told = 1;

export const silent = 2;
