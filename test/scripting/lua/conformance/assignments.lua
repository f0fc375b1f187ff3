local function f(...) return ... end
-- assignment order
local log={}
local function L(x) log[#log+1]=x return x end
local T=setmetatable({},{__newindex=function(t,k,v) log[#log+1]=k.."="..tostring(v) end}) T[L("a")],T[L("b")],T[L("c")]=L(1),L(2)
print(table.concat(log," "))
local a,b,c=1
print(a,b,c) a,b=b,a
print(a,b)
local i=1
local q={} i,q[i]=i+1,20
print(i,q[1],q[2]) 
local x,y,z=f(1,2,3,4)
print(x,y,z)
local x,y,z=f(1,2,3),10
print(x,y,z)
local x=f(1,2,3)
print(x)
