/** Authentication context of a sign-in with a second factor, as step-up.ts asks for it. */
export const MFA_ACR = 'mfa';
